package io.github.checkpointmanager.internal.s3.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

/** How long the client waits for credentials. */
@Timeout(60)
class BoundedCredentialsTest {
  private static SdkClientException failure(AwsCredentialsProvider source, Duration limit) {
    return catchThrowableOfType(
        SdkClientException.class, () -> new BoundedCredentials(source, limit).resolve());
  }

  @Test
  void aProviderThatNeverAnswers_isGivenUp_andThatMayPass() {
    CountDownLatch never = new CountDownLatch(1);
    AwsCredentialsProvider hanging =
        () -> {
          boolean waits = true;
          while (waits) {
            try {
              never.await();
              waits = false;
            } catch (InterruptedException e) {
              // As a read from a pipe, which no interrupt ends.
            }
          }
          return AwsBasicCredentials.create("test", "test");
        };

    SdkClientException failure = failure(hanging, Duration.ofMillis(100));
    never.countDown();

    assertThat(failure).hasMessageContaining("credential_process");
    assertThat(Credentials.areMissing(failure)).isTrue();
    assertThat(Credentials.isUnreachable(Credentials.reason(failure))).isTrue();
  }

  @Test
  void anAnswerOrAFailure_comesThroughUnchanged() {
    AwsBasicCredentials credentials = AwsBasicCredentials.create("test", "test");
    SdkClientException own = SdkClientException.create("Unable to load credentials");

    assertThat(new BoundedCredentials(() -> credentials, Duration.ofSeconds(60)).resolve())
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
