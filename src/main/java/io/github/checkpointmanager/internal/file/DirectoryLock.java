package io.github.checkpointmanager.internal.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.time.Backoff;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The right to replace and delete in one level, among all processes that see it. A POSIX lock
 * ({@code fcntl}), so it ends with its process however that ends. The file itself stays: to remove
 * it would let two processes lock two different files.
 *
 * <p>Two copies of this class in one process, under different class loaders, are the one case that
 * is not covered: closing the file in one may drop the lock of the other.
 */
public final class DirectoryLock implements AutoCloseable {
  /** How this process names itself to a person who looks for the holder of a lock. */
  private static final String SIGNATURE =
      "process " + ProcessHandle.current().pid() + " on " + host();

  private final Path path;
  private final Object identity;
  private final RandomAccessFile file;

  private DirectoryLock(Path path, Object identity, RandomAccessFile file) {
    this.path = path;
    this.identity = identity;
    this.file = file;
  }

  /**
   * Waits for the lock, also when interrupted ({@link ProcessLocks#tryAcquire}).
   *
   * @throws HeldException after {@code wait}
   */
  public static DirectoryLock acquire(StoreDirectory level, Duration wait) throws IOException {
    long deadline = System.nanoTime() + wait.toNanos();
    while (true) {
      Object identity = create(level);
      if (!ProcessLocks.SHARED.tryAcquire(identity, deadline)) {
        throw new HeldException(level.lock(), wait, "another thread of this process");
      }
      DirectoryLock lock = null;
      try {
        lock = lockFile(level.lock(), identity, wait, deadline);
      } finally {
        if (lock == null) {
          ProcessLocks.SHARED.release(identity);
        }
      }
      // Somebody may have removed the directory meanwhile, and somebody else made it anew.
      if (identity.equals(identityOf(level.lock()))) {
        return lock;
      }
      lock.close();
    }
  }

  /** The lock was not to be had in time. */
  static final class HeldException extends IOException {
    private static final long serialVersionUID = 1L;

    HeldException(Path lock, Duration wait, String holder) {
      super(
          "the lock "
              + lock
              + " has been held for more than "
              + wait.toMillis() / 1000.0
              + " s by "
              + holder);
    }
  }

  private static Object create(StoreDirectory level) throws IOException {
    Object identity = identityOf(level.lock());
    if (identity == null) {
      Directories.create(level);
      Directories.createFileLike(level.path(), level.lock());
      identity = identityOf(level.lock());
    }
    if (identity == null) {
      throw new NoSuchFileException(level.lock().toString());
    }
    return identity;
  }

  /** The same for all paths to the file, where the system can tell. */
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
    boolean locked = false;
    try {
      for (int pauses = 0; !tryLock(file); pauses++) {
        if (System.nanoTime() - deadline >= 0) {
          throw new HeldException(path, wait, holder(file));
        }
        double random = ThreadLocalRandom.current().nextDouble();
        sleep(Backoff.DIRECTORY_LOCK.pause(pauses, random).toNanos());
      }
      locked = true;
    } finally {
      if (!locked) {
        file.close();
      }
    }
    sign(file);
    return new DirectoryLock(path, identity, file);
  }

  /** For whoever waits in vain. Always of one length, so that a full disk is no obstacle. */
  private static void sign(RandomAccessFile file) {
    try {
      file.write(String.format(Locale.ROOT, "%-119s%n", SIGNATURE).getBytes(UTF_8));
    } catch (IOException e) {
      // The lock is held; who holds it is only of interest when something else goes wrong.
    }
  }

  /** Without asking a name server, which may take longer than the lock is held. */
  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "an unnamed host" : name;
    }
  }

  /** Not a {@code FileChannel}, whose writes would be closed by an interrupt. */
  private static RandomAccessFile openFile(Path path) throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } catch (FileNotFoundException e) {
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
    boolean interrupted = false;
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      try {
        Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  public Path path() {
    return path;
  }

  /** When the lock was taken, by the clock of the file system. */
  Instant taken() throws IOException {
    return Files.getLastModifiedTime(path).toInstant();
  }

  /** Closing the file releases its lock, also if the system reports an error at it. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      // What was done under the lock is done, and must not look as if it had failed.
    } finally {
      ProcessLocks.SHARED.release(identity);
    }
  }
}
