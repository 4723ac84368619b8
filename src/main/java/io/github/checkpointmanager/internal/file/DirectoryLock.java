package io.github.checkpointmanager.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.process.Worker;
import io.github.checkpointmanager.internal.time.Backoff;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to replace and delete in one level, among all processes that see its
 * directory: a POSIX lock ({@code fcntl}), which the system releases when the process ends. The
 * lock file is never removed: two processes could otherwise lock two different files.
 *
 * <p>Not covered: two copies of this class in one process, under different class loaders. Closing
 * the file in one may release the lock of the other.
 */
public final class DirectoryLock implements AutoCloseable {
  private final Path path;
  private final Object identity;
  private final RandomAccessFile file;

  private DirectoryLock(Path path, Object identity, RandomAccessFile file) {
    this.path = path;
    this.identity = identity;
    this.file = file;
  }

  /** Waits for the lock, at most {@code wait}; an interrupt does not end the wait. */
  public static DirectoryLock acquire(StoreDirectory level, Duration wait) throws IOException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      Object identity = create(level);
      if (!ProcessLocks.tryAcquire(identity, deadline)) {
        throw new HeldException(level.lock(), wait, "another thread of this process");
      }
      DirectoryLock lock;
      try {
        lock = lockFile(level.lock(), identity, wait, deadline);
      } catch (Throwable e) {
        ProcessLocks.release(identity);
        throw e;
      }
      // Another process may have removed the directory, and a third created it again.
      if (identity.equals(identityOf(level.lock()))) {
        return lock;
      }
      lock.close();
    }
  }

  /** Another thread or process held the lock for the whole wait. */
  static final class HeldException extends IOException {
    private static final long serialVersionUID = 1L;

    HeldException(Path lock, Duration wait, String holder) {
      super(
          String.format(
              Locale.ROOT,
              "the lock %s has been held for more than %s s by %s",
              lock,
              wait.toMillis() / 1000.0,
              holder));
    }
  }

  private static Object create(StoreDirectory level) throws IOException {
    Object identity = identityOf(level.lock());
    if (identity == null) {
      Directories.create(level);
      Directories.createFileLike(level, level.lock());
      identity = identityOf(level.lock());
    }
    if (identity == null) {
      throw new NoSuchFileException(level.lock().toString());
    }
    return identity;
  }

  /** Returns a key that is equal for all paths to the file; null if there is no file. */
  private static @Nullable Object identityOf(Path path) throws IOException {
    try {
      Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
      return key == null ? path.toRealPath() : key;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private static DirectoryLock lockFile(Path path, Object identity, Duration wait, long deadline)
      throws IOException {
    RandomAccessFile file = openFile(path);
    try {
      for (int pauses = 0; !tryLock(file); pauses++) {
        if (System.nanoTime() - deadline >= 0) {
          throw new HeldException(path, wait, holder(file));
        }
        double random = ThreadLocalRandom.current().nextDouble();
        sleep(Backoff.DIRECTORY_LOCK.pause(pauses, random).toNanos());
      }
    } catch (Throwable e) {
      file.close();
      throw e;
    }
    sign(file);
    return new DirectoryLock(path, identity, file);
  }

  /**
   * Writes the holder into the file, for a person who looks for it. Its length never changes, so a
   * full disk does not matter. Asked each time: an image of a JVM is restored as another process.
   */
  private static void sign(RandomAccessFile file) {
    try {
      file.write(String.format(Locale.ROOT, "%-119s%n", Worker.describeCurrent()).getBytes(UTF_8));
    } catch (IOException e) {
      // The lock is held; the holder's name only helps when something else goes wrong.
    }
  }

  /** Opens no {@code FileChannel}: an interrupt would close it. */
  private static RandomAccessFile openFile(Path path) throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } catch (FileNotFoundException e) {
      if (FileErrorTranslator.isOfReadOnlyFileSystem(e)) {
        throw new FileSystemException(path.toString(), null, "Read-only file system");
      }
      if (Files.exists(path) && !Files.isWritable(path)) {
        throw new AccessDeniedException(path.toString());
      }
      throw e;
    }
  }

  @SuppressWarnings("resource") // closed with its file
  private static boolean tryLock(RandomAccessFile file) throws IOException {
    try {
      return file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static String holder(RandomAccessFile file) throws IOException {
    byte[] content = new byte[(int) Math.min(file.length(), 200)];
    file.seek(0);
    file.readFully(content);
    return content.length == 0
        ? "another process"
        : new String(content, UTF_8).strip().replaceAll("\\p{Cntrl}", "?");
  }

  private static void sleep(long nanos) {
    long until = System.nanoTime() + nanos;
    uninterruptibly(
        () -> {
          TimeUnit.NANOSECONDS.sleep(until - System.nanoTime());
          return true;
        });
  }

  private interface Wait {
    boolean run() throws InterruptedException;
  }

  /**
   * Waits, also when the thread is interrupted. The waits are short, and the interrupt is meant for
   * the caller's task: the write must not fail because of it.
   */
  private static boolean uninterruptibly(Wait wait) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.run();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  public Path path() {
    return path;
  }

  /** Returns when the lock was taken, by the file system's clock. */
  Instant taken() throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  /** Releases the lock, also if the system reports an error when the file is closed. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // The work under the lock has succeeded and must not be reported as failed.
    } finally {
      ProcessLocks.release(identity);
    }
  }

  /**
   * Locks among the threads of this process, in addition to the lock of the file. That lock belongs
   * to the whole process: the JVM refuses to take it twice, and the system releases it as soon as
   * any descriptor of the file is closed. Thread-safe.
   */
  private static final class ProcessLocks {
    private static final class Entry {
      final Semaphore permit = new Semaphore(1, true);
      int users;
    }

    private static final Map<Object, Entry> ENTRIES = new ConcurrentHashMap<>();

    private ProcessLocks() {}

    /** Waits until a deadline of {@link System#nanoTime()}; an interrupt does not end it. */
    static boolean tryAcquire(Object file, long deadline) {
      Semaphore permit = enter(file).permit;
      boolean acquired =
          uninterruptibly(
              () -> permit.tryAcquire(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
      if (!acquired) {
        leave(file);
      }
      return acquired;
    }

    static void release(Object file) {
      Entry entry = ENTRIES.get(file);
      if (entry == null) {
        throw new IllegalMonitorStateException("not held: " + file);
      }
      entry.permit.release();
      leave(file);
    }

    private static Entry enter(Object file) {
      return Objects.requireNonNull(
          ENTRIES.compute(
              file,
              (f, known) -> {
                Entry entry = known == null ? new Entry() : known;
                entry.users++;
                return entry;
              }));
    }

    private static void leave(Object file) {
      ENTRIES.computeIfPresent(file, (f, entry) -> --entry.users == 0 ? null : entry);
    }
  }
}
