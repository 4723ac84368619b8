package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** One request's way through a {@link FaultProxy}, in the hands of a {@link WireFault}. */
public final class Turn {
  private final ProxiedRequest request;
  private final FaultProxy.Upstream upstream;
  private final OutputStream client;
  private final Consumer<ProxiedRequest> late;
  private volatile OptionalInt serverStatus = OptionalInt.empty();
  private volatile OptionalInt clientStatus = OptionalInt.empty();
  private volatile boolean ended;

  Turn(
      ProxiedRequest request,
      FaultProxy.Upstream upstream,
      OutputStream client,
      Consumer<ProxiedRequest> late) {
    this.request = request;
    this.upstream = upstream;
    this.client = client;
    this.late = late;
  }

  public ProxiedRequest request() {
    return request;
  }

  /** Sends the request to the server and waits for its whole reply. */
  public ProxiedResponse forward() throws IOException {
    ProxiedResponse response = upstream.send(request);
    serverStatus = OptionalInt.of(response.status());
    return response;
  }

  /** Keeps the request for {@link FaultProxy#deliverLate()}. */
  public void forwardLate() {
    late.accept(request);
  }

  public void answer(ProxiedResponse response) throws IOException {
    clientStatus = OptionalInt.of(response.status());
    HttpWire.writeResponse(client, request.method(), response, response.body().length);
  }

  /** Sends only the first bytes of what the headers announce, and ends the connection. */
  public void answerPart(ProxiedResponse response, int bodyBytes) throws IOException {
    clientStatus = OptionalInt.of(response.status());
    ended = true;
    HttpWire.writeResponse(client, request.method(), response, bodyBytes);
  }

  /** Ends the connection without an answer. */
  public void hangUp() {
    ended = true;
  }

  boolean keepsConnection() {
    return !ended && clientStatus.isPresent();
  }

  FaultProxy.Exchange toExchange() {
    return new FaultProxy.Exchange(request, serverStatus, clientStatus);
  }
}
