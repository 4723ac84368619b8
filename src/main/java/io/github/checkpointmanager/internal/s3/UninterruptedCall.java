package io.github.checkpointmanager.internal.s3;

import java.nio.channels.ClosedByInterruptException;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Carries a request through although the caller's thread is interrupted, as the directory store
 * does: finished work must not be lost because somebody sets the interrupt flag. The SDK refuses to
 * send anything on an interrupted thread, and drops the reply if the flag is set while it waits. So
 * the flag is put aside for the call, a call that the SDK gave up is made again, and the flag is
 * set again at the end. A call still ends within its own time-outs.
 */
final class UninterruptedCall {
  /** Each further try needs a further interrupt. */
  private static final int TRIES = 8;

  private UninterruptedCall() {}

  /**
   * Makes a call.
   *
   * @param repeatable whether the call may be made again when an interrupt cost its reply: the
   *     second try then sees what the first did, as after a retry of the SDK
   * @throws SdkException as the call; also when an interrupt cost the reply of a call that is not
   *     repeatable
   */
  static <T> T make(boolean repeatable, Supplier<T> call) {
    boolean interrupted = Thread.interrupted();
    try {
      for (int attempt = 1; ; attempt++) {
        try {
          return call.get();
        } catch (SdkException e) {
          if (!isInterruption(e)) {
            throw e;
          }
          interrupted = true;
          Thread.interrupted();
          if (!repeatable || attempt == TRIES) {
            throw e;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns whether a call failed because its thread was interrupted, and for no other reason. */
  static boolean isInterruption(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
        .anyMatch(
            t ->
                t instanceof AbortedException
                    || t instanceof InterruptedException
                    || t instanceof ClosedByInterruptException
                    // On a virtual thread an interrupt closes the socket.
                    || (t instanceof java.net.SocketException
                        && "Closed by interrupt".equals(t.getMessage())));
  }
}
