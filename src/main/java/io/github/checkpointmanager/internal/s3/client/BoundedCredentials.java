package io.github.checkpointmanager.internal.s3.client;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Waits for credentials no longer than a limit. No time-out of the SDK ends a {@code
 * credential_process} that waits for an answer which nobody gives: it reads from a pipe, and that
 * cannot be interrupted. What hangs goes on, on a daemon thread. Thread-safe.
 *
 * @param source is asked on another thread
 * @param limit for each time that it is asked
 * @param name what the user calls them, for the message
 */
record BoundedCredentials(AwsCredentialsProvider source, Duration limit, String name) {
  /** Shorter than the time-out of a call, whose message would not name the cause. */
  static final Duration LIMIT = Duration.ofMinutes(2);

  static final String SIGN = "did not answer within";

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "checkpoint-credentials");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Returns the credentials.
   *
   * @throws RuntimeException as the source
   * @throws SdkClientException they did not come in time; nothing was sent
   */
  AwsCredentials resolve() {
    Future<AwsCredentials> answer = THREADS.submit(source::resolveCredentials);
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw SdkClientException.create(String.valueOf(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw SdkClientException.create(
          Credentials.MISSING
              + "what gives those of "
              + name
              + " (credential_process, a sign-in, a service) "
              + SIGN
              + " "
              + limit.toSeconds()
              + " s",
          e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw AbortedException.create("interrupted while waiting for credentials", e);
    }
  }
}
