package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.util.Random;

/**
 * Faults at random, the same for the same seed and order of requests.
 *
 * @param random synchronised by itself
 * @param dropRequest probability that the request never arrives
 * @param dropReply probability that the reply never arrives
 * @param cutBody probability that half of the reply arrives
 * @param slowDown probability of {@code 503 SlowDown}
 */
public record Chaos(
    Random random, double dropRequest, double dropReply, double cutBody, double slowDown)
    implements WireFault {
  public static Chaos seeded(
      long seed, double dropRequest, double dropReply, double cutBody, double slowDown) {
    return new Chaos(new Random(seed), dropRequest, dropReply, cutBody, slowDown);
  }

  @Override
  public void handle(Turn turn) throws IOException, InterruptedException {
    next().handle(turn);
  }

  private WireFault next() {
    double draw = random.nextDouble();
    if ((draw -= dropRequest) < 0) {
      return WireFault.dropRequest();
    }
    if ((draw -= dropReply) < 0) {
      return WireFault.dropReply();
    }
    if ((draw -= cutBody) < 0) {
      return WireFault.cutBody();
    }
    if ((draw -= slowDown) < 0) {
      return WireFault.s3Error(503, "SlowDown");
    }
    return WireFault.pass();
  }
}
