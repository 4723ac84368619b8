package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One request's way through a {@link FaultProxy}, in the hands of a {@link WireFault}. */
public final class PendingExchange {
  private final ProxiedRequest request;
  private final FaultProxy.Upstream upstream;
  private final OutputStream client;
  private final Consumer<PendingExchange> late;
  private final UnaryOperator<ProxiedResponse> replies;
  private final long arrived = System.nanoTime();
  private volatile OptionalLong forwarded = OptionalLong.empty();
  private volatile OptionalLong answered = OptionalLong.empty();
  private volatile OptionalInt serverStatus = OptionalInt.empty();
  private volatile Map<String, String> serverHeaders = Map.of();
  private volatile OptionalInt clientStatus = OptionalInt.empty();
  private volatile boolean delivered;
  private volatile boolean ended;

  PendingExchange(
      ProxiedRequest request,
      FaultProxy.Upstream upstream,
      OutputStream client,
      Consumer<PendingExchange> late,
      UnaryOperator<ProxiedResponse> replies) {
    this.request = request;
    this.upstream = upstream;
    this.client = client;
    this.late = late;
    this.replies = replies;
  }

  public ProxiedRequest request() {
    return request;
  }

  /** Sends the request to the server and waits for its whole reply. */
  public ProxiedResponse forward() throws IOException {
    forwarded = OptionalLong.of(System.nanoTime());
    ProxiedResponse response = upstream.send(request);
    answered = OptionalLong.of(System.nanoTime());
    serverHeaders = response.headers();
    serverStatus = OptionalInt.of(response.status());
    return response;
  }

  /** What the server answered; empty if it did not get the request or has not answered. */
  public OptionalInt serverStatus() {
    return serverStatus;
  }

  /** Keeps the request for {@link FaultProxy#deliverLate()}. */
  public void forwardLate() {
    late.accept(this);
  }

  public void answer(ProxiedResponse response) throws IOException {
    clientStatus = OptionalInt.of(response.status());
    ProxiedResponse changed = replies.apply(response);
    HttpWire.writeResponse(client, request.method(), changed, changed.body().length);
    delivered = true;
  }

  /** Sends only the first bytes of what the headers announce, and ends the connection. */
  public void answerPart(ProxiedResponse response, int bodyBytes) throws IOException {
    clientStatus = OptionalInt.of(response.status());
    ended = true;
    HttpWire.writeResponse(client, request.method(), replies.apply(response), bodyBytes);
  }

  /** Ends the connection without an answer. */
  public void hangUp() {
    ended = true;
  }

  boolean keepsConnection() {
    return !ended && clientStatus.isPresent();
  }

  FaultProxy.Exchange toExchange() {
    return new FaultProxy.Exchange(
        request,
        serverStatus,
        serverHeaders,
        clientStatus,
        delivered,
        new FaultProxy.Times(arrived, forwarded, answered));
  }
}
