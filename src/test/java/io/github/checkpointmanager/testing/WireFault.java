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
  void handle(Turn turn) throws IOException, InterruptedException;

  /** No fault. */
  static WireFault pass() {
    return turn -> turn.answer(turn.forward());
  }

  /** The server processes the request; its reply never arrives. */
  static WireFault dropReply() {
    return turn -> {
      turn.forward();
      turn.hangUp();
    };
  }

  /** The request never reaches the server. */
  static WireFault dropRequest() {
    return Turn::hangUp;
  }

  /** The request reaches the server later. */
  static WireFault delay(Duration delay) {
    return turn -> {
      Thread.sleep(delay.toMillis());
      turn.answer(turn.forward());
    };
  }

  /** Half of the announced body arrives, then the connection ends; nothing if there is no body. */
  static WireFault cutBody() {
    return turn -> {
      ProxiedResponse response = turn.forward();
      if (response.body().length == 0) {
        turn.hangUp();
      } else {
        turn.answerPart(response, response.body().length / 2);
      }
    };
  }

  /** An answer of the proxy's own; the server never hears of the request. */
  static WireFault answer(ProxiedResponse response) {
    return turn -> turn.answer(response);
  }

  /** As {@link #answer}, with an S3 error code. */
  static WireFault s3Error(int status, String code) {
    return answer(ProxiedResponse.s3Error(status, code, code + " (injected)"));
  }

  /** The server processes the request; its reply is changed. */
  static WireFault rewrite(UnaryOperator<ProxiedResponse> change) {
    return turn -> turn.answer(change.apply(turn.forward()));
  }

  /**
   * The client sees a dropped connection; the server gets the request at {@link
   * FaultProxy#deliverLate()}.
   */
  static WireFault deliverLate() {
    return turn -> {
      turn.forwardLate();
      turn.hangUp();
    };
  }
}
