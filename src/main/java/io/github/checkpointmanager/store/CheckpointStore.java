package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where records are kept: bytes under keys, with compare-and-set. This is the port; the protocols
 * above it hold all of the truth, adapters stay thin, so the interface is kept minimal: a method is
 * added only when no composition of the others can do its work atomically.
 *
 * <p>Keys are relative to the store's own root (S3: bucket and prefix), non-empty, and without a
 * leading slash. A location uses one level: keys without a slash.
 *
 * <p>Every implementation is thread-safe, and keeps these promises, which {@code
 * CheckpointStoreContract} in the test-jar checks:
 *
 * <ul>
 *   <li><b>Atomic</b>: a reader sees all bytes of a write or none. Of any number of concurrent
 *       creates of an absent key, in any number of processes, exactly one is {@link
 *       WriteResult.Outcome#WRITTEN}; of concurrent replaces that expect one version, at most one.
 *   <li><b>Durable</b>: what was reported written survives a crash of every process.
 *   <li><b>Read after write</b>: a read or list that begins after a write was reported sees it.
 *   <li><b>Absent means absent</b>: only the store's own word for "no such key" is an empty result.
 *       Everything else that is not a valid answer (no such bucket, denied, time-out, foreign HTML,
 *       a reply shorter than announced) is a {@link StoreException}.
 *   <li><b>Nothing is guessed</b>: a write whose outcome is not known is {@link
 *       StoreException.Kind#OUTCOME_UNKNOWN}.
 * </ul>
 *
 * <p>Deletion is neither conditional nor ordered with concurrent writes: real servers reject
 * conditional deletes (LocalStack: 501) or silently ignore the condition (MinIO).
 *
 * <p>A store without compare-and-set is not a store; there is no fallback.
 *
 * <p>A key that ends in {@code .claim} is rewritten often and short-lived; a store may mark such
 * objects for expiry of their old versions.
 */
public interface CheckpointStore extends AutoCloseable {
  /**
   * The current state of a key, whole. One request.
   *
   * @return empty only if the store says that there is no such key
   * @throws StoreException {@code UNAVAILABLE}, {@code DENIED}, {@code NOT_FOUND} (bucket), {@code
   *     INVALID}
   */
  Optional<StoredObject> read(String key);

  /**
   * At most the first 64 KiB of the current state of a key, and its total size. One request. An
   * object of zero bytes is delivered as such.
   *
   * @return empty only if the store says that there is no such key
   * @throws StoreException as {@link #read}
   */
  Optional<StoredObject> readHead(String key);

  /** How many bytes {@link #readHead} delivers at most. */
  int HEAD_BYTES = 64 * 1024;

  /**
   * Writes a key if it is absent, atomically. One request.
   *
   * @return {@code WRITTEN}, {@code CONFLICT} if the key exists, or {@code CONTENDED}
   * @throws StoreException {@code OUTCOME_UNKNOWN} when the request was sent and no valid answer
   *     came, besides those of {@link #read} and {@code UNSUPPORTED}
   */
  WriteResult create(String key, byte[] content);

  /**
   * Writes a key if its current version is the expected one, atomically. One request.
   *
   * @return {@code WRITTEN}, {@code CONFLICT} if another version is current, {@code GONE} if there
   *     is none, or {@code CONTENDED}
   * @throws StoreException as {@link #create}
   */
  WriteResult replace(String key, byte[] content, Version expected);

  /**
   * The keys of one level: those that start with {@code prefix} and have no further slash after it,
   * and the names of the levels below. Lazy: no request is made before the first page is asked for.
   *
   * @param prefix empty for the root level, or ending in {@code /}
   */
  Listing list(String prefix);

  /**
   * Deletes keys, in batches where the store can. An absent key counts as deleted. Not atomic: each
   * key has its own outcome. The stream is consumed as batches are sent, so that listing and
   * deletion overlap; a failure thrown by the stream is thrown on after the batches under way have
   * ended. S3: one request per 1,000 keys.
   *
   * @throws StoreException when nothing at all could be asked ({@code NOT_FOUND} bucket); a failure
   *     of single keys or batches is in the report
   */
  DeletionReport delete(Stream<String> keys);

  /**
   * Deletes keys with every state that they ever had: nothing of them can be read or restored any
   * more. An absent key counts as deleted. Not atomic, and no barrier: what is written to a key
   * after the purge began may survive. But while it goes on, and when it fails midway, the key
   * reads as absent: no older state shows through. S3: for each 1,000 keys one DeleteObjects, the
   * listing of their states (one request for each 1,000 states; for few keys at least one each),
   * and one DeleteObjects for each 1,000 states and for each 1,000 deletions.
   *
   * @return with one failure at most for each key; some of that key's states may be gone then
   * @throws StoreException as {@link #delete}
   */
  DeletionReport purge(Stream<String> keys);

  /**
   * Whether what is replaced or deleted from now on is kept, so that {@link #versions} lists it.
   * One request at most (S3: the bucket's versioning, where "suspended" is not kept).
   */
  boolean keepsHistory();

  /**
   * The keys of one level that are absent and have history: deleted, and not purged. Empty where
   * the store has none. S3: one request for each 1,000 states of all keys of the level.
   *
   * @param prefix as in {@link #list}
   */
  List<String> deletedKeys(String prefix);

  /**
   * The history of a key, newest first, deletions included. The current state is part of it. S3:
   * two requests, one more for each further 1,000 states.
   *
   * @throws StoreException {@code UNSUPPORTED} when this store keeps no history, saying how to
   *     enable it
   */
  List<StoredVersion> versions(String key);

  /**
   * One entry of a key's history, whole. One request.
   *
   * @throws StoreException {@code NOT_FOUND} when there is no such version
   */
  StoredObject readVersion(String key, String versionId);

  /**
   * Tries everything that this project needs of the store, and says how each went. Leaves nothing
   * behind. Never throws for an unfit store: that is a finding.
   */
  List<Finding> diagnose();

  /**
   * The root of this store as a location that {@link StoreLocation#parse} understands, without
   * secrets.
   */
  String location();

  /** How long a key of this store may be, in bytes of UTF-8. */
  int maxKeyBytes();

  /** Releases what the store opened itself, never what was handed in. Idempotent. */
  @Override
  void close();

  /**
   * One entry of a key's history.
   *
   * @param versionId what {@link CheckpointStore#readVersion} takes
   * @param lastModified when it was written (or, for a deletion, when the key was deleted), by the
   *     store's clock
   * @param size bytes; 0 for a deletion
   * @param latest whether this is the key's current state
   * @param deletion whether this entry records a deletion of the key (S3: a delete marker)
   */
  record StoredVersion(
      String versionId, Instant lastModified, long size, boolean latest, boolean deletion) {
    public StoredVersion {
      Objects.requireNonNull(versionId, "versionId");
      Objects.requireNonNull(lastModified, "lastModified");
    }
  }

  /**
   * One line of a store's diagnosis.
   *
   * @param check what was tried, a few words
   * @param verdict the result
   * @param detail what was seen
   * @param advice what to do; empty when nothing is to be done
   */
  record Finding(String check, Verdict verdict, String detail, String advice) {
    /** The result of a check. */
    public enum Verdict {
      OK,
      /** Works, with a limitation that the advice names. */
      WARNING,
      /** The store is unfit until this is fixed. */
      FAILED,
      /** Could not be checked (no permission to ask, no such function); the detail says why. */
      UNKNOWN
    }

    public Finding {
      Objects.requireNonNull(check, "check");
      Objects.requireNonNull(verdict, "verdict");
      Objects.requireNonNull(detail, "detail");
      Objects.requireNonNull(advice, "advice");
    }
  }
}
