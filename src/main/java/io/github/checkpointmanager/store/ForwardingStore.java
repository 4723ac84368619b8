package io.github.checkpointmanager.store;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The base of decorators: forwards every call to another store. A decorator overrides only what it
 * changes, and forwards methods that are added to the port later.
 *
 * <p>As thread-safe as the store that it forwards to, and with the same promises.
 */
public abstract class ForwardingStore implements CheckpointStore {
  private final CheckpointStore delegate;

  /**
   * @param delegate receives all calls, also {@link #close()}; a decorator that must not close it
   *     overrides {@code close}
   */
  protected ForwardingStore(CheckpointStore delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /** Returns the store that receives the calls. */
  protected final CheckpointStore delegate() {
    return delegate;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return delegate.read(key);
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    return delegate.readHead(key);
  }

  @Override
  public void prepare() {
    delegate.prepare();
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    return delegate.create(key, content);
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    return delegate.replace(key, content, expected);
  }

  @Override
  public Listing list(String prefix) {
    return delegate.list(prefix);
  }

  @Override
  public boolean comparesDeletions() {
    return delegate.comparesDeletions();
  }

  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    return delegate.delete(deletions);
  }

  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return delegate.purge(deletions);
  }

  @Override
  public boolean keepsHistory() {
    return delegate.keepsHistory();
  }

  @Override
  public List<String> deletedKeys(String prefix) {
    return delegate.deletedKeys(prefix);
  }

  @Override
  public List<StoredVersion> versions(String key) {
    return delegate.versions(key);
  }

  @Override
  public StoredObject readVersion(String key, String versionId) {
    return delegate.readVersion(key, versionId);
  }

  @Override
  public List<Finding> diagnose() {
    return delegate.diagnose();
  }

  @Override
  public String location() {
    return delegate.location();
  }

  @Override
  public int maxKeyBytes() {
    return delegate.maxKeyBytes();
  }

  @Override
  public void close() {
    delegate.close();
  }
}
