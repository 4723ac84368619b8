package io.github.checkpointmanager.internal.pipeline;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.pipeline.InputSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** How a run reads its inputs, and the outputs of finished work. */
class InterruptibleSourceTest {
  private final TaskRun.Running running = new TaskRun.Running();
  private final AtomicReference<Thread> reader = new AtomicReference<>();

  private final InputSource absent =
      new InputSource() {
        @Override
        public boolean knows(String name) {
          return true;
        }

        @Override
        public Optional<ContentDigest> identify(String name) {
          reader.set(Thread.currentThread());
          return Optional.empty();
        }
      };

  @Test
  void identify_readsOnAThreadOfItsOwn() throws Exception {
    assertThat(new InterruptibleSource(absent, running).identify("out")).isEmpty();

    Thread other = requireNonNull(reader.get());
    assertThat(other).isNotSameAs(Thread.currentThread());
    assertThat(other.isDaemon()).isTrue();
  }

  /** As under a limit of processes. */
  @Test
  void identify_whereNoThreadCanBeStarted_readsOnThisOne_andAStopDoesNotInterruptItLater() {
    InputSource source =
        new InterruptibleSource(
            absent,
            running,
            work ->
                new Thread(work) {
                  @Override
                  public synchronized void start() {
                    throw new OutOfMemoryError("unable to create native thread");
                  }
                });

    assertThatCode(() -> assertThat(source.identify("out")).isEmpty()).doesNotThrowAnyException();
    running.stop();

    assertThat(reader.get()).isSameAs(Thread.currentThread());
    assertThat(Thread.interrupted()).isFalse();
  }
}
