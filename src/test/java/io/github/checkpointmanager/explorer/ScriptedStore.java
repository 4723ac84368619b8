package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.explorer.Request.Kind;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The store as one worker sees it: every call is a request to its script. A deletion of several
 * keys is a request for each, as no store deletes them at one moment.
 */
final class ScriptedStore implements CheckpointStore {
  private final Script script;
  private final boolean clockTrusted;
  private final boolean comparesDeletions;
  private final Runnable beforeWrites;

  /**
   * @param clockTrusted whether replies have the store's time
   * @param comparesDeletions whether a deletion compares the version that it names
   * @param beforeWrites what the worker's other thread does between the moment at which a write is
   *     prepared and that at which it is sent
   */
  ScriptedStore(
      Script script, boolean clockTrusted, boolean comparesDeletions, Runnable beforeWrites) {
    this.script = script;
    this.clockTrusted = clockTrusted;
    this.comparesDeletions = comparesDeletions;
    this.beforeWrites = beforeWrites;
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return read(Kind.READ, key);
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    return read(Kind.READ_HEAD, key);
  }

  private Optional<StoredObject> read(Kind kind, String key) {
    Reply.Read reply = (Reply.Read) ask(Request.of(kind, key));
    Content content = reply.content();
    if (content == null) {
      return Optional.empty();
    }
    byte[] bytes = content.bytes();
    return Optional.of(
        new StoredObject(
            bytes,
            bytes.length,
            content.version(),
            Instant.ofEpochMilli(reply.modified()),
            time(reply.now())));
  }

  private Optional<Instant> time(long millis) {
    return clockTrusted && millis != Reply.NOT_GIVEN
        ? Optional.of(Instant.ofEpochMilli(millis))
        : Optional.empty();
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    return write(new Request(Kind.CREATE, key, Content.of(content), null, 0));
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    return write(
        new Request(Kind.REPLACE, key, Content.of(content), new Content(expected.value()), 0));
  }

  private WriteResult write(Request request) {
    beforeWrites.run();
    Reply.Write reply = (Reply.Write) ask(request);
    return reply.outcome() == WriteResult.Outcome.WRITTEN
        ? WriteResult.written(request.written().version(), time(reply.now()))
        : new WriteResult(reply.outcome(), Optional.empty(), Optional.empty());
  }

  @Override
  public boolean comparesDeletions() {
    return comparesDeletions;
  }

  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    List<Deletion> all = deletions.toList();
    List<DeletionReport.Failure> failures = new ArrayList<>();
    for (Deletion next : all) {
      Content seen =
          next.seen()
              .filter(version -> comparesDeletions)
              .map(version -> new Content(version.value()))
              .orElse(null);
      try {
        if (ask(new Request(Kind.DELETE, next.key(), null, seen, 0)) instanceof Reply.Write) {
          failures.add(DeletionReport.Failure.conflict(next.key()));
        }
      } catch (StoreException e) {
        failures.add(new DeletionReport.Failure(next.key(), e.kind(), e.why()));
      }
    }
    return new DeletionReport(all.size() - failures.size(), failures);
  }

  @Override
  public Listing list(String prefix) {
    return () -> Stream.of(prefix).map(this::page).iterator();
  }

  private Listing.Page page(String prefix) {
    Reply.Listed reply = (Reply.Listed) ask(Request.of(Kind.LIST, prefix));
    return new Listing.Page(reply.objects(), List.of(), time(reply.now()));
  }

  private Reply ask(Request request) {
    Reply reply = script.answer(request);
    if (reply instanceof Reply.Failed failed) {
      throw new StoreException(
          failed.kind(), request.kind() + " of " + request.key() + " failed", "no answer", "Look");
    }
    return reply;
  }

  @Override
  public List<StoredVersion> versions(String key) {
    throw new UnsupportedOperationException("no explored program reads the history");
  }

  /** The history never changes, so that to read it is no event. */
  @Override
  public StoredObject readVersion(String key, String versionId) {
    byte[] bytes = Scenario.OLDER.bytes();
    return new StoredObject(
        bytes, bytes.length, Scenario.OLDER.version(), Instant.EPOCH, Optional.empty());
  }

  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return delete(deletions); // there is no history
  }

  @Override
  public boolean keepsHistory() {
    return false;
  }

  @Override
  public List<String> deletedKeys(String prefix) {
    return List.of();
  }

  @Override
  public List<Finding> diagnose() {
    return List.of();
  }

  @Override
  public String location() {
    return "memory:explored";
  }

  @Override
  public int maxKeyBytes() {
    return 1024;
  }

  @Override
  public void close() {}
}
