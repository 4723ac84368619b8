package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A real directory, seen through a file system that records, in order, what decides whether a
 * change survives a power failure: files written with and without {@code O_SYNC}, directories made
 * and synced, links, renames and deletions. A step can be made to fail, before or after it was
 * carried out. Thread-safe.
 */
public final class RecordedDisk {
  /** What was done. */
  public enum Kind {
    MAKE_DIRECTORY,
    /** Opened for writing without {@code O_SYNC}: the bytes may be in memory only. */
    WRITE,
    WRITE_SYNCED,
    LINK,
    RENAME,
    DELETE,
    /** {@code fsync}: {@link FileChannel#force}. */
    SYNC,
    /** {@code chmod}. */
    PERMIT
  }

  /**
   * One step that succeeded.
   *
   * @param path relative to the recorded directory; of a link or rename the new name
   */
  public record Step(Kind kind, String path) {
    @Override
    public String toString() {
      return kind + " " + path;
    }
  }

  private final Path root;
  private final List<Step> steps = new ArrayList<>();
  private final Recording recording = new Recording();

  /** A step that fails: with this reason, after it was carried out or instead. */
  private record Fault(Predicate<Step> which, String reason, boolean carriedOut) {}

  private final List<Fault> faults = new ArrayList<>();

  private RecordedDisk(Path root) {
    this.root = root;
  }

  /** Records what is done below a directory that exists, through {@link #path}. */
  public static RecordedDisk at(Path directory) {
    return new RecordedDisk(directory.toAbsolutePath());
  }

  /** The directory; what is done through it and through paths made from it is recorded. */
  public Path path() {
    return wrapped(root);
  }

  /** All steps so far. */
  public synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Forgets all steps so far. */
  public synchronized void clear() {
    steps.clear();
  }

  /** From now on, these steps fail with this reason, and do nothing. */
  public synchronized void refuse(Predicate<Step> which, String reason) {
    faults.add(new Fault(which, reason, false));
  }

  /** From now on, these steps are carried out, and then fail with this reason. */
  public synchronized void failAfter(Predicate<Step> which, String reason) {
    faults.add(new Fault(which, reason, true));
  }

  /** From now on, no step fails. */
  public synchronized void heal() {
    faults.clear();
  }

  private interface Deed {
    void run() throws IOException;
  }

  private void carryOut(Kind kind, Path real, Deed deed) throws IOException {
    Step step = new Step(kind, root.relativize(real).toString());
    Optional<Fault> fault = faultOf(step);
    if (fault.isPresent() && !fault.get().carriedOut) {
      throw failure(step, real, fault.get());
    }
    deed.run();
    synchronized (this) {
      steps.add(step);
    }
    if (fault.isPresent()) {
      throw failure(step, real, fault.get());
    }
  }

  /** As the JDK throws it: a channel does not know its file. */
  private static IOException failure(Step step, Path real, Fault fault) {
    return step.kind == Kind.SYNC
        ? new IOException(fault.reason)
        : new FileSystemException(real.toString(), null, fault.reason);
  }

  private synchronized Optional<Fault> faultOf(Step step) {
    return faults.stream().filter(fault -> fault.which.test(step)).findFirst();
  }

  private synchronized void record(Kind kind, Path real) {
    steps.add(new Step(kind, root.relativize(real).toString()));
  }

  private interface Wrapped {
    Path real();
  }

  private Path wrapped(Path real) {
    return (Path)
        Proxy.newProxyInstance(
            RecordedDisk.class.getClassLoader(),
            new Class<?>[] {Path.class, Wrapped.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("real")) {
                return real;
              }
              if (method.getName().equals("getFileSystem")) {
                return recording;
              }
              try {
                return wrappedResult(method.invoke(real, realArguments(arguments)));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Object @Nullable [] realArguments(Object @Nullable [] arguments) {
    return arguments == null
        ? null
        : Arrays.stream(arguments).map(a -> a instanceof Path path ? real(path) : a).toArray();
  }

  private @Nullable Object wrappedResult(@Nullable Object result) {
    if (result instanceof Path path) {
      return wrapped(path);
    }
    return result instanceof Iterator<?> paths ? wrappedAll(paths) : result;
  }

  private Iterator<Path> wrappedAll(Iterator<?> paths) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return paths.hasNext();
      }

      @Override
      public Path next() {
        return wrapped((Path) paths.next());
      }
    };
  }

  private static Path real(Path path) {
    return path instanceof Wrapped wrapped ? wrapped.real() : path;
  }

  private final class Recording extends FileSystem {
    private final FileSystem real = Path.of("").getFileSystem();
    private final FileSystemProvider provider = new RecordingProvider(real.provider());

    @Override
    public FileSystemProvider provider() {
      return provider;
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return real.isReadOnly();
    }

    @Override
    public String getSeparator() {
      return real.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return () -> wrappedAll(real.getRootDirectories().iterator());
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return real.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return real.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
      return wrapped(real.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      PathMatcher matcher = real.getPathMatcher(pattern);
      return path -> matcher.matches(real(path));
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return real.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
      return real.newWatchService();
    }
  }

  private final class RecordingProvider extends FileSystemProvider {
    private final FileSystemProvider real;

    RecordingProvider(FileSystemProvider real) {
      this.real = real;
    }

    private void recordWrite(Path path, Iterable<? extends OpenOption> options) {
      List<OpenOption> given = new ArrayList<>();
      options.forEach(given::add);
      if (given.contains(StandardOpenOption.WRITE) || given.contains(StandardOpenOption.APPEND)) {
        record(
            given.contains(StandardOpenOption.SYNC) ? Kind.WRITE_SYNCED : Kind.WRITE, real(path));
      }
    }

    @Override
    public OutputStream newOutputStream(Path path, OpenOption... options) throws IOException {
      OutputStream out = real.newOutputStream(real(path), options);
      // Without options it is opened for writing too.
      recordWrite(
          path, options.length == 0 ? List.of(StandardOpenOption.WRITE) : Arrays.asList(options));
      return out;
    }

    @Override
    public InputStream newInputStream(Path path, OpenOption... options) throws IOException {
      return real.newInputStream(real(path), options);
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      FileChannel channel = real.newFileChannel(real(path), options, attributes);
      recordWrite(path, options);
      return new RecordingChannel(channel, real(path));
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      SeekableByteChannel channel = real.newByteChannel(real(path), options, attributes);
      recordWrite(path, options);
      return channel;
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> paths =
          real.newDirectoryStream(real(directory), path -> filter.accept(wrapped(path)));
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          return wrappedAll(paths.iterator());
        }

        @Override
        public void close() throws IOException {
          paths.close();
        }
      };
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
      carryOut(
          Kind.MAKE_DIRECTORY,
          real(directory),
          () -> real.createDirectory(real(directory), attributes));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
      carryOut(Kind.LINK, real(link), () -> real.createLink(real(link), real(existing)));
    }

    @Override
    public void delete(Path path) throws IOException {
      carryOut(Kind.DELETE, real(path), () -> real.delete(real(path)));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
      carryOut(Kind.RENAME, real(target), () -> real.move(real(source), real(target), options));
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
      real.copy(real(source), real(target), options);
      record(Kind.WRITE, real(target));
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
      return real.isSameFile(real(path), real(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return real.isHidden(real(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return real.getFileStore(real(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      real.checkAccess(real(path), modes);
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return real.getFileAttributeView(real(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return real.readAttributes(real(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
        throws IOException {
      return real.readAttributes(real(path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
        throws IOException {
      if (attribute.equals("unix:mode")) {
        carryOut(
            Kind.PERMIT,
            real(path),
            () -> real.setAttribute(real(path), attribute, value, options));
      } else {
        real.setAttribute(real(path), attribute, value, options);
      }
    }

    @Override
    public String getScheme() {
      return "recorded";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }
  }

  /** A channel that is synced and closed, and nothing else. */
  private final class RecordingChannel extends FileChannel {
    private final FileChannel real;
    private final Path path;

    RecordingChannel(FileChannel real, Path path) {
      this.real = real;
      this.path = path;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      carryOut(Kind.SYNC, path, () -> real.force(metaData));
    }

    @Override
    protected void implCloseChannel() throws IOException {
      real.close();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer target, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source, long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
