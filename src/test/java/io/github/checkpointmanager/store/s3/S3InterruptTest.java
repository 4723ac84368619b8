package io.github.checkpointmanager.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.SaveResult;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.HttpStack;
import io.github.checkpointmanager.testing.ProxiedRequest.Operation;
import io.github.checkpointmanager.testing.S3Scene;
import io.github.checkpointmanager.testing.WireFault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An interrupt loses no finished work and is not swallowed, as in the directory store. */
@Tag("s3")
class S3InterruptTest {
  @RegisterExtension final S3Scene s3 = new S3Scene();
  private final FaultProxy proxy = s3.proxy();

  @AfterEach
  void clearFlag() {
    Thread.interrupted();
  }

  @ParameterizedTest
  @EnumSource
  void save_onAnInterruptedThread_isSaved_andTheFlagStays(HttpStack http) {
    CheckpointManager checkpoints = s3.manager(http);
    Thread.currentThread().interrupt();

    assertThat(checkpoints.save("done").outcome()).isEqualTo(SaveResult.Outcome.SAVED);

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void stage_whoseTaskSetTheFlag_isSaved_andTheFlagStays() {
    CheckpointManager checkpoints = s3.manager(HttpStack.URL_CONNECTION);

    checkpoints.stage("s", () -> Thread.currentThread().interrupt());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(checkpoints.has("s")).isTrue();
  }

  @Test
  void has_onAnInterruptedThread_doesNotFail() {
    CheckpointManager checkpoints = s3.manager(HttpStack.URL_CONNECTION);
    Thread.currentThread().interrupt();

    assertThatCode(() -> checkpoints.has("s")).doesNotThrowAnyException();

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void everyOtherCall_onAnInterruptedThread_answers_andTheFlagStays() {
    CheckpointManager checkpoints = s3.manager(HttpStack.URL_CONNECTION);
    checkpoints.save("done");
    Thread.currentThread().interrupt();

    assertThat(checkpoints.has("done")).isTrue();
    assertThat(checkpoints.completed()).containsExactly("done");
    assertThat(checkpoints.clear().stages()).containsExactly("done");

    assertThat(Thread.interrupted()).isTrue();
  }

  /** The SDK looks at the flag once more when the reply is there, and drops it. */
  @ParameterizedTest
  @EnumSource
  void save_interruptedWhileItIsUnderWay_isSaved_andTheFlagStays(HttpStack http) {
    CheckpointManager checkpoints = s3.manager(http);
    checkpoints.save("warm");
    interruptDuring(Operation.PUT);

    assertThat(checkpoints.save("done").outcome()).isEqualTo(SaveResult.Outcome.SAVED);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(checkpoints.has("done")).isTrue();
  }

  @Test
  void has_interruptedWhileItIsUnderWay_answers_andTheFlagStays() {
    CheckpointManager checkpoints = s3.manager(HttpStack.URL_CONNECTION);
    checkpoints.save("done");
    interruptDuring(Operation.GET);

    assertThat(checkpoints.has("done")).isTrue();

    assertThat(Thread.interrupted()).isTrue();
  }

  /** A second deletion could hit what another worker wrote in between. */
  @Test
  void delete_interruptedWhileItIsUnderWay_isNotSentTwice_andItsOutcomeIsUnknown() {
    CheckpointStore store = s3.store(s3.client(HttpStack.URL_CONNECTION));
    store.create("a", "x".getBytes(UTF_8));
    proxy.clearExchanges();
    interruptDuring(Operation.DELETE_OBJECTS);

    var report = store.delete(Deletion.ofEach("a"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(proxy.operations()).containsExactly(Operation.DELETE_OBJECTS);
    assertThat(report.failures())
        .singleElement()
        .satisfies(
            failure -> {
              assertThat(failure.kind()).isEqualTo(Kind.OUTCOME_UNKNOWN);
              assertThat(failure.reason()).contains("interrupted").doesNotContain("null");
            });
  }

  private void interruptDuring(Operation operation) {
    Thread caller = Thread.currentThread();
    proxy
        .when(request -> request.operation() == operation)
        .times(1)
        .then(
            WireFault.rewrite(
                reply -> {
                  caller.interrupt();
                  return reply;
                }));
  }
}
