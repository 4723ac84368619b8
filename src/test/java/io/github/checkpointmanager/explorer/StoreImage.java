package io.github.checkpointmanager.explorer;

import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.memory.MemoryStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a store holds at one moment. Requests are decided by a {@link MemoryStore} that is filled
 * with it. Immutable.
 *
 * @param objects by key
 */
record StoreImage(Map<String, Stored> objects) {
  /** One object, and when it was written by the store's clock. */
  record Stored(Content content, long modified) {}

  /** The store after a request, and the reply. */
  record Decision(StoreImage after, Reply reply) {}

  static final StoreImage EMPTY = new StoreImage(Map.of());

  Optional<Stored> stored(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  Optional<Content> content(String key) {
    return stored(key).map(Stored::content);
  }

  /** The same with an object that a stranger wrote, unconditionally. */
  StoreImage with(String key, Content content, long now) {
    Map<String, Stored> more = new TreeMap<>(objects);
    more.put(key, new Stored(content, now));
    return new StoreImage(more);
  }

  /**
   * Lets a request reach the store.
   *
   * @param now the store's clock in milliseconds
   */
  Decision decide(Request request, long now) {
    long[] clock = {0};
    MemoryStore store = new MemoryStore(() -> Instant.ofEpochMilli(clock[0]));
    objects.forEach(
        (key, stored) -> {
          clock[0] = stored.modified();
          store.create(key, stored.content().bytes());
        });
    clock[0] = now;
    return switch (request.kind()) {
      case READ -> new Decision(this, read(store.read(request.key()), now));
      case READ_HEAD -> new Decision(this, read(store.readHead(request.key()), now));
      case LIST -> new Decision(this, list(store, request.key(), now));
      case CREATE ->
          written(store, request, store.create(request.key(), request.written().bytes()), now);
      case REPLACE -> written(store, request, replace(store, request), now);
      case DELETE -> deleted(store, request);
      case SLEEP, DECIDE -> throw new IllegalArgumentException(request + " is no call");
    };
  }

  private static Reply read(Optional<StoredObject> object, long now) {
    return object
        .map(o -> new Reply.Read(Content.of(o.content()), o.lastModified().toEpochMilli(), now))
        .orElse(Reply.Read.ABSENT);
  }

  private Reply list(MemoryStore store, String prefix, long now) {
    List<Listing.Entry> all = new ArrayList<>();
    for (Listing.Page page : store.list(prefix)) {
      page.objects().forEach(entry -> all.add(withBytesAsVersion(entry)));
    }
    return new Reply.Listed(all, now);
  }

  private Listing.Entry withBytesAsVersion(Listing.Entry entry) {
    return new Listing.Entry(
        entry.key(),
        entry.size(),
        entry.lastModified(),
        content(entry.key()).map(Content::version));
  }

  private Decision deleted(MemoryStore store, Request request) {
    Optional<Content> current = content(request.key());
    Content seen = request.expected();
    if (seen != null && current.isPresent() && !current.get().equals(seen)) {
      return new Decision(this, new Reply.Write(WriteResult.Outcome.CONFLICT, Reply.NOT_GIVEN));
    }
    store.delete(Deletion.ofEach(request.key()));
    return new Decision(of(store, request.key()), new Reply.Done());
  }

  /** The version that the memory store expects, if the bytes are the expected ones. */
  private static WriteResult replace(MemoryStore store, Request request) {
    Version version =
        store
            .read(request.key())
            .filter(o -> Objects.equals(Content.of(o.content()), request.expected()))
            .map(StoredObject::version)
            .orElse(new Version("another"));
    return store.replace(request.key(), request.written().bytes(), version);
  }

  private Decision written(MemoryStore store, Request request, WriteResult result, long now) {
    if (result.outcome() != WriteResult.Outcome.WRITTEN) {
      return new Decision(this, new Reply.Write(result.outcome(), Reply.NOT_GIVEN));
    }
    long time = request.kind() == Request.Kind.CREATE ? now : Reply.NOT_GIVEN;
    return new Decision(of(store, request.key()), new Reply.Write(result.outcome(), time));
  }

  /** This image after a change of one key. */
  private StoreImage of(MemoryStore store, String changed) {
    Map<String, Stored> now = new TreeMap<>(objects);
    store
        .read(changed)
        .ifPresentOrElse(
            o ->
                now.put(
                    changed, new Stored(Content.of(o.content()), o.lastModified().toEpochMilli())),
            () -> now.remove(changed));
    return new StoreImage(now);
  }
}
