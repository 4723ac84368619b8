package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.ProxiedResponse;
import io.github.checkpointmanager.testing.RandomFaults;
import io.github.checkpointmanager.testing.WireFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** What the network between workers and server does at random. */
final class ChaosNetwork {
  /** Longer than a renewal waits for its reply, and than a lease of 5 s. */
  private static final Duration HUNG = Duration.ofSeconds(6);

  private ChaosNetwork() {}

  static RandomFaults faults(long seed) {
    Random delays = new Random(seed + 1);
    WireFault delay =
        exchange -> {
          TimeUnit.MILLISECONDS.sleep(delays.nextInt(800));
          exchange.answer(exchange.forward());
        };
    WireFault hang =
        exchange -> {
          TimeUnit.MILLISECONDS.sleep(HUNG.toMillis());
          exchange.hangUp();
        };
    // No reply that counts as delivered: what a worker learns from it is that it failed.
    WireFault encode =
        exchange -> {
          ProxiedResponse reply = encoded(exchange.forward());
          exchange.answerPart(reply, reply.body().length);
        };
    return RandomFaults.seeded(seed)
        .add("lost requests", 0.02, WireFault.dropRequest())
        .add("lost replies", 0.04, WireFault.dropReply())
        .add("cut replies", 0.02, WireFault.cutBody())
        .add("delayed", 0.04, delay)
        .add("500", 0.015, WireFault.s3Error(500, "InternalError"))
        .add("503", 0.015, WireFault.s3Error(503, "SlowDown"))
        .add("409", 0.02, ChaosNetwork::isPut, WireFault.s3Error(409, "ConditionalRequestConflict"))
        .add("late", 0.02, ChaosNetwork::isPut, WireFault.deliverLate())
        .add("hung", 0.02, ChaosNetwork::isPut, hang)
        .add("encoded", 0.015, encode);
  }

  private static boolean isPut(ProxiedRequest request) {
    return request.operation() == Operation.PUT;
  }

  /** As a proxy that compresses bodies sends it. */
  private static ProxiedResponse encoded(ProxiedResponse reply) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(reply.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return reply.withHeader("Content-Encoding", "gzip").withBody(bytes.toByteArray());
  }

  /** As a proxy that puts in its own date sends it. */
  static ProxiedResponse withAnotherClock(ProxiedResponse reply) {
    String ahead =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            Instant.now().plus(Duration.ofHours(2)).atOffset(ZoneOffset.UTC));
    return reply.withHeader("Date", ahead);
  }
}
