package io.github.checkpointmanager.store;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The storage port: bytes under keys, with compare-and-set. All decisions are made by the protocols
 * above it, and adapters stay thin. The interface is minimal: a method is added only when no
 * composition of the others can do its work atomically.
 *
 * <p>Keys are relative to the store's own root (S3: bucket and prefix), non-empty, and without a
 * leading slash. A location uses one level: keys without a slash.
 *
 * <p>Every implementation is thread-safe and keeps these promises, which {@code
 * CheckpointStoreContract} in the test-jar checks:
 *
 * <ul>
 *   <li><b>Atomic</b>: a reader sees all bytes of a write or none. Of any number of concurrent
 *       creates of an absent key, in any number of processes, exactly one is {@link
 *       WriteResult.Outcome#WRITTEN}; of concurrent replaces that expect one version, at most one.
 *   <li><b>Durable</b>: a write that was reported as written survives a crash of every process.
 *   <li><b>Read after write</b>: a read or list that begins after a write was reported sees it.
 *   <li><b>Absent means absent</b>: a result is empty only if the store said "no such key". Any
 *       other reply that is no valid answer (no such bucket, access denied, time-out, a proxy's
 *       HTML, a reply shorter than announced) is a {@link StoreException}.
 *   <li><b>No guesses</b>: a write whose outcome is unknown is a {@link
 *       StoreException.Kind#OUTCOME_UNKNOWN}.
 * </ul>
 *
 * <p>A deletion may name the version that was seen. Some servers ignore that condition (LocalStack,
 * MinIO, versitygw), so {@link #comparesDeletions} says whether it holds. A deletion that names no
 * version is not ordered with concurrent writes.
 *
 * <p>Compare-and-set is required; there is no fallback for a server without it.
 *
 * <p>A key that ends in {@code .claim} is rewritten often and does not live long; a store may mark
 * such objects so that their old versions expire.
 */
public interface CheckpointStore extends AutoCloseable {
  /**
   * Reads the current state of a key, whole. One request.
   *
   * @return empty only if the store says that there is no such key
   * @throws StoreException {@code UNAVAILABLE}, {@code DENIED}, {@code NOT_FOUND} (bucket), {@code
   *     INVALID}
   */
  Optional<StoredObject> read(String key);

  /**
   * Reads at most the first 64 KiB of the current state of a key, and its total size. An object of
   * zero bytes is present, not absent. One request.
   *
   * @return empty only if the store says that there is no such key
   * @throws StoreException as {@link #read}
   */
  Optional<StoredObject> readHead(String key);

  /**
   * Makes sure, once for each server, that the store can do what it promises, and whether its clock
   * can be trusted. Called before a decision that rests on ages, and before a lease is counted:
   * what this takes must not count against the lease. S3: the five requests that otherwise precede
   * the first conditional write on a custom endpoint; before them no time of the store is known.
   * Other stores: none.
   *
   * @throws StoreException as {@link #create}, but never {@code OUTCOME_UNKNOWN}
   */
  default void prepare() {}

  /** The largest number of bytes that {@link #readHead} returns. */
  int HEAD_BYTES = 64 * 1024;

  /**
   * Writes a key if it is absent, atomically. One request.
   *
   * @return {@code WRITTEN}, {@code CONFLICT} if the key exists, or {@code CONTENDED}
   * @throws StoreException {@code OUTCOME_UNKNOWN} when the request was sent and no valid answer
   *     came; {@code UNSUPPORTED}; and those of {@link #read}
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
   * Lists one level: the keys that start with {@code prefix} and have no further slash after it,
   * and the names of the levels below. Lazy: makes no request before the first page is asked for.
   *
   * @param prefix empty for the root level, or ending in {@code /}
   */
  Listing list(String prefix);

  /**
   * Returns whether {@link #delete} and {@link #purge} compare the version of a {@link Deletion}.
   * Where it returns {@code false}, they delete every version. S3 on a custom endpoint finds out
   * once for each process and bucket (4 requests, after those of {@link #prepare}).
   *
   * @throws StoreException as {@link #prepare}
   */
  boolean comparesDeletions();

  /**
   * Deletes keys, in batches where the store supports them. An absent key counts as deleted. Not
   * atomic as a whole: each key has its own outcome. For one key, comparison and deletion are one
   * atomic step. The stream is consumed while batches are sent, so listing and deletion overlap; a
   * failure thrown by the stream is rethrown after the batches under way have ended. S3: one
   * request for each 1,000 keys.
   *
   * @return among its failures {@code CONFLICT} for each key whose current version is not the one
   *     seen
   * @throws StoreException when every request was refused ({@code NOT_FOUND} bucket, {@code
   *     DENIED}); failures of single keys or batches are in the report
   */
  DeletionReport delete(Stream<Deletion> deletions);

  /**
   * Deletes keys with all their history: afterwards no state of them can be read or restored. An
   * absent key counts as deleted. A key whose current version is not the one seen keeps all of its
   * states. Not atomic: a write to a key after the purge began may survive. During the purge, and
   * if it fails midway, the key is absent: no older state becomes current. S3: for each 1,000 keys
   * one DeleteObjects, the listing of their states (one request for each 1,000 states; for few keys
   * at least one each), and one DeleteObjects for each 1,000 states and for each 1,000 deletions.
   *
   * @return at most one failure for each key; some states of such a key may be deleted
   * @throws StoreException as {@link #delete}
   */
  DeletionReport purge(Stream<Deletion> deletions);

  /**
   * Returns whether the store keeps states that are replaced or deleted from now on, so that {@link
   * #versions} lists them. At most one request (S3: the bucket's versioning; "suspended" keeps
   * none).
   */
  boolean keepsHistory();

  /**
   * Lists the keys of one level that are absent and have history: deleted, and not purged. Empty
   * where the store keeps none. S3: one request for each 1,000 states of all keys of the level.
   *
   * @param prefix as in {@link #list}
   */
  List<String> deletedKeys(String prefix);

  /**
   * Lists the history of a key, newest first, with deletions and the current state. S3: two
   * requests, one more for each further 1,000 states.
   *
   * @throws StoreException {@code UNSUPPORTED} when this store keeps no history; the message says
   *     how to enable it
   */
  List<StoredVersion> versions(String key);

  /**
   * Reads one entry of a key's history, whole. One request.
   *
   * @throws StoreException {@code NOT_FOUND} when there is no such version
   */
  StoredObject readVersion(String key, String versionId);

  /**
   * Checks everything that this project needs of the store. Removes all test objects. An unfit
   * store is a finding, not an exception.
   */
  List<Finding> diagnose();

  /**
   * Returns the root of this store as a location that {@link StoreLocation#parse} accepts, without
   * secrets.
   */
  String location();

  /** Returns the greatest length of a key of this store, in bytes of UTF-8. */
  int maxKeyBytes();

  /** Closes what the store opened itself, never what the caller passed in. Idempotent. */
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

    public static Finding ok(String check, String detail) {
      return new Finding(check, Verdict.OK, detail, "");
    }

    public static Finding warning(String check, String detail, String advice) {
      return new Finding(check, Verdict.WARNING, detail, advice);
    }

    public static Finding failed(String check, String detail, String advice) {
      return new Finding(check, Verdict.FAILED, detail, advice);
    }

    /** A failed check, with the reason and the remedy of an exception. */
    public static Finding failed(String check, StoreException e) {
      return failed(check, e.why(), e.remedy());
    }

    public static Finding unknown(String check, String detail, String advice) {
      return new Finding(check, Verdict.UNKNOWN, detail, advice);
    }
  }
}
