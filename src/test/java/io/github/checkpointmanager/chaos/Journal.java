package io.github.checkpointmanager.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A worker's own record of what it did, which survives its death by SIGKILL: every event is one
 * write to the end of a file. Thread-safe.
 */
final class Journal implements AutoCloseable {
  private final String worker;
  private final FileChannel file;

  private Journal(String worker, FileChannel file) {
    this.worker = worker;
    this.file = file;
  }

  static Journal append(String worker, Path path) throws IOException {
    return new Journal(
        worker, FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
  }

  void write(WorkerEvent.Kind kind, String stage, String detail) {
    write(kind, System.nanoTime(), stage, 0, 0, detail);
  }

  synchronized void write(
      WorkerEvent.Kind kind, long at, String stage, long attempt, long token, String detail) {
    WorkerEvent event = new WorkerEvent(worker, at, kind, stage, attempt, token, detail);
    try {
      file.write(ByteBuffer.wrap(event.toLine().getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What a worker wrote; a line that its death cut off does not count. */
  static List<WorkerEvent> read(Path path) throws IOException {
    String text = Files.readString(path, UTF_8);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().map(WorkerEvent::parse).toList();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
