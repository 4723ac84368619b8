package io.github.checkpointmanager.internal.s3.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** How long the client waits for credentials. */
@Timeout(60)
class BoundedCredentialsTest {
  /** As a read from a pipe, which no interrupt ends; but it ends, so that a failing test does. */
  private static final AwsCredentialsProvider HANGING =
      () -> {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < end) {
          LockSupport.parkNanos(end - System.nanoTime());
          Thread.interrupted();
        }
        throw new IllegalStateException("nobody gave up");
      };

  private static SdkClientException failure(AwsCredentialsProvider source, Duration limit) {
    return catchThrowableOfType(
        SdkClientException.class,
        () -> new BoundedCredentials(source, limit, "the test").resolve());
  }

  @Test
  void aProviderThatNeverAnswers_isGivenUp_andThatMayPass() {
    SdkClientException failure = failure(HANGING, Duration.ofMillis(100));

    assertThat(failure).hasMessageContaining("credential_process");
    assertThat(Credentials.areMissing(failure)).isTrue();
    assertThat(Credentials.isUnreachable(Credentials.reason(failure))).isTrue();
  }

  @Test
  void aProgramThatFailsAndThenHangs_isGivenUpToo() {
    SdkClientException ofProcess =
        SdkClientException.create("Failed to refresh process-based credentials.");
    AwsCredentialsProvider marked =
        Credentials.marked(
            () -> {
              throw ofProcess;
            },
            () -> HANGING,
            Duration.ofMillis(100),
            "the profile 'etl'");

    SdkClientException failure =
        catchThrowableOfType(SdkClientException.class, marked::resolveCredentials);

    assertThat(failure).hasMessageContaining("the profile 'etl'");
    assertThat(Credentials.isUnanswered(Credentials.reason(failure))).isTrue();
  }

  @Test
  void aSourceThatNeverAnswers_isGivenUp() {
    AwsCredentialsProvider marked =
        Credentials.marked(HANGING, () -> HANGING, Duration.ofMillis(100), "the profile 'etl'");

    assertThat(catchThrowableOfType(SdkClientException.class, marked::resolveCredentials))
        .hasMessageContaining("did not answer within");
  }

  @Test
  void anAnswerOrAFailure_comesThroughUnchanged() {
    AwsBasicCredentials credentials = AwsBasicCredentials.create("test", "test");
    SdkClientException own = SdkClientException.create("Unable to load credentials");

    assertThat(
            new BoundedCredentials(() -> credentials, Duration.ofSeconds(60), "the test").resolve())
        .isSameAs(credentials);
    assertThat(
            failure(
                () -> {
                  throw own;
                },
                Duration.ofSeconds(60)))
        .isSameAs(own);
  }

  @Test
  void theLimit_isShorterThanACall() {
    assertThat(BoundedCredentials.LIMIT).isLessThan(S3ClientFactory.CALL_TIMEOUT);
  }
}
