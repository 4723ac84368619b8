package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.testing.FaultProxy.Exchange;
import io.github.checkpointmanager.testing.ProxiedRequest;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The requests about stages that a worker's proxy saw. */
final class WireLog {
  private WireLog() {}

  /**
   * Reads them.
   *
   * @param storeTime whether the worker sees the store's clock; otherwise it knows no ages
   */
  static List<WireRequest> of(String worker, List<Exchange> exchanges, boolean storeTime) {
    return exchanges.stream()
        .flatMap(exchange -> of(worker, exchange).stream())
        .map(request -> storeTime ? request : request.withoutAge())
        .toList();
  }

  private static Optional<WireRequest> of(String worker, Exchange exchange) {
    ProxiedRequest request = exchange.request();
    String name = request.key().substring(request.key().lastIndexOf('/') + 1);
    boolean put = request.operation() == Operation.PUT;
    if (!put && request.operation() != Operation.GET) {
      return Optional.empty();
    }
    return StageName.ofClaimKey(name)
        .map(
            stage ->
                of(
                    worker,
                    put ? WireRequest.Kind.PUT_CLAIM : WireRequest.Kind.GET_CLAIM,
                    stage,
                    exchange))
        .or(
            () ->
                StageName.ofCheckpointKey(name)
                    .map(
                        stage ->
                            of(
                                worker,
                                put
                                    ? WireRequest.Kind.PUT_CHECKPOINT
                                    : WireRequest.Kind.GET_CHECKPOINT,
                                stage,
                                exchange)));
  }

  private static WireRequest of(
      String worker, WireRequest.Kind kind, String stage, Exchange exchange) {
    ProxiedRequest request = exchange.request();
    return new WireRequest(
        worker,
        kind,
        stage,
        request.header("If-Match").orElse(WireRequest.NOTHING),
        exchange.times().arrived(),
        exchange.times().forwarded(),
        exchange.times().answered(),
        exchange.serverStatus(),
        exchange.delivered(),
        Optional.ofNullable(exchange.serverHeaders().get("ETag")),
        age(exchange.serverHeaders()),
        RecordSummary.of(request.payload()));
  }

  private static Optional<Duration> age(Map<String, String> reply) {
    Optional<Instant> now = Optional.ofNullable(reply.get("Date")).map(WireLog::instant);
    return Optional.ofNullable(reply.get("Last-Modified"))
        .map(WireLog::instant)
        .flatMap(written -> now.map(date -> Duration.between(written, date)));
  }

  private static Instant instant(String httpDate) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(httpDate, Instant::from);
  }
}
