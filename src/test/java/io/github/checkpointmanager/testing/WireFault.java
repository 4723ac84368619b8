package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What a {@link FaultProxy} does with a request. A fault that neither answers nor hangs up leaves
 * the client to an end of the connection.
 */
@FunctionalInterface
public interface WireFault {
  void handle(PendingExchange exchange) throws IOException, InterruptedException;

  /** No fault. */
  static WireFault pass() {
    return exchange -> exchange.answer(exchange.forward());
  }

  /** The server processes the request; its reply never arrives. */
  static WireFault dropReply() {
    return exchange -> {
      exchange.forward();
      exchange.hangUp();
    };
  }

  /** The request never reaches the server. */
  static WireFault dropRequest() {
    return PendingExchange::hangUp;
  }

  /** The request reaches the server later. */
  static WireFault delay(Duration delay) {
    return exchange -> {
      Thread.sleep(delay.toMillis());
      exchange.answer(exchange.forward());
    };
  }

  /** Half of the announced body arrives, then the connection ends; nothing if there is no body. */
  static WireFault cutBody() {
    return exchange -> {
      ProxiedResponse response = exchange.forward();
      if (response.body().length == 0) {
        exchange.hangUp();
      } else {
        exchange.answerPart(response, response.body().length / 2);
      }
    };
  }

  /** An answer of the proxy's own; the server never hears of the request. */
  static WireFault answer(ProxiedResponse response) {
    return exchange -> exchange.answer(response);
  }

  /** As {@link #answer}, with an S3 error code. */
  static WireFault s3Error(int status, String code) {
    return answer(ProxiedResponse.s3Error(status, code, code + " (injected)"));
  }

  /** The server processes the request; its reply is changed. */
  static WireFault rewrite(UnaryOperator<ProxiedResponse> change) {
    return exchange -> exchange.answer(change.apply(exchange.forward()));
  }

  /**
   * The client sees a dropped connection; the server gets the request at {@link
   * FaultProxy#deliverLate()}.
   */
  static WireFault deliverLate() {
    return exchange -> {
      exchange.forwardLate();
      exchange.hangUp();
    };
  }
}
