package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds requests in a {@link FaultProxy} until as many as expected are held for the same key, then
 * releases them together; later requests for that key pass. Without it two cores would serialise
 * the contenders of a race, and the race would prove nothing: a test asserts {@link #gates}.
 */
public final class RequestBarrier implements WireFault {
  /**
   * Longer than any scheduling delay, and shorter than the 20 s after which the library's own
   * client gives up an attempt: that would send the request again, as one contender more.
   */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final class Gate {
    private final AtomicInteger arrived = new AtomicInteger();
    private final CountDownLatch open;
    private volatile boolean gaveUp;

    private Gate(int parties) {
      open = new CountDownLatch(parties);
    }
  }

  private final int parties;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  private RequestBarrier(int parties) {
    this.parties = parties;
  }

  /** A barrier that opens when {@code parties} requests for one key are held. */
  public static RequestBarrier of(int parties) {
    return new RequestBarrier(parties);
  }

  @Override
  public void handle(PendingExchange exchange) throws IOException, InterruptedException {
    Gate gate = gates.computeIfAbsent(exchange.request().key(), key -> new Gate(parties));
    if (gate.arrived.incrementAndGet() <= parties) {
      gate.open.countDown();
      if (!gate.open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        gate.gaveUp = true;
      }
    }
    exchange.answer(exchange.forward());
  }

  /** For how many keys all contenders were held at once. */
  public long gates() {
    return gates.values().stream()
        .filter(gate -> gate.open.getCount() == 0 && !gate.gaveUp)
        .count();
  }
}
