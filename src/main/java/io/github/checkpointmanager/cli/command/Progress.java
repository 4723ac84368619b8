package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.StoredObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A bar on standard error that counts keys as they are read or deleted, once they are many; nothing
 * when it would not be seen. The counting is thread-safe.
 */
final class Progress implements AutoCloseable {
  private static final int COLUMNS = 80;

  /** Fewer are done before a bar could be read. */
  static final int MANY = 100;

  private final String task;
  private final Session session;
  private Runnable release = () -> {};
  private long done;
  private @Nullable ProgressBar bar;

  Progress(String task, Session session) {
    this.task = task;
    this.session = session;
  }

  /** The session's checkpoints, counted. What is opened here is closed with this bar. */
  CheckpointManager open() {
    if (!session.showsProgress()) {
      CheckpointManager checkpoints = session.open();
      release = checkpoints::close;
      return checkpoints;
    }
    CheckpointStore store = new CountingStore(session.openStore(), this);
    release = store::close;
    return session.open(store);
  }

  private synchronized void step() {
    done++;
    if (done == MANY) {
      bar = visible();
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  /** The total is not known before the listing ends, so the bar counts without one. */
  private ProgressBar visible() {
    PrintStream err = new PrintStream(session.streams().err(), true, StandardCharsets.UTF_8);
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(-1)
        .setConsumer(new ConsoleProgressBarConsumer(err, COLUMNS))
        .clearDisplayOnFinish()
        .build();
  }

  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    }
    release.run();
  }

  private static final class CountingStore extends ForwardingStore {
    private final Progress progress;

    CountingStore(CheckpointStore delegate, Progress progress) {
      super(delegate);
      this.progress = progress;
    }

    @Override
    public Optional<StoredObject> read(String key) {
      Optional<StoredObject> object = super.read(key);
      progress.step();
      return object;
    }

    @Override
    public DeletionReport purge(Stream<Deletion> deletions) {
      return super.purge(deletions.peek(next -> progress.step()));
    }

    @Override
    public DeletionReport delete(Stream<Deletion> deletions) {
      return super.delete(deletions.peek(next -> progress.step()));
    }
  }
}
