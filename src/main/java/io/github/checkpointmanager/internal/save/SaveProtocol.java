package io.github.checkpointmanager.internal.save;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes records so that the outcome is always one of: written, another record is current, or
 * unknown; never a guess. The decision table is specified in {@code docs/ARCHITECTURE.md}.
 * Thread-safe; keeps no state between calls.
 *
 * <p>A conflict is always resolved by reading back, since any layer below (the SDK, {@code
 * HttpURLConnection}, a proxy) may have sent the request twice: the current record may be this very
 * write.
 */
public final class SaveProtocol {
  private final CheckpointStore store;
  private final RecordReader reader;
  private final Timing timing;

  public SaveProtocol(CheckpointStore store, Timing timing) {
    this.store = store;
    this.reader = new RecordReader(store);
    this.timing = timing;
  }

  /**
   * Creates a record; a damaged one is replaced. 1 PUT, or 1 PUT and 1 GET when a valid record
   * exists; more only after faults. A write that has a payload is read back whole: its caller wants
   * the winner's payload, and a damaged one would otherwise never be repaired.
   *
   * @return {@link WriteOutcome.Written} or {@link WriteOutcome.Occupied}
   * @throws StoreException the store failed; {@code OUTCOME_UNKNOWN}: call again with the same
   *     write
   * @throws RecordException the current record may be neither counted nor repaired
   */
  public WriteOutcome save(RecordWrite write) {
    return new Save(write).run();
  }

  /**
   * Replaces exactly one version. 1 PUT; 1 GET more when it is not the current one.
   *
   * @return {@link WriteOutcome.Written} or {@link WriteOutcome.Superseded}
   * @throws StoreException the store failed; {@code OUTCOME_UNKNOWN}: call again with the same
   *     write
   * @throws RecordException this reader cannot read the current record
   */
  public WriteOutcome replace(RecordWrite write, Version expected) {
    Resends pauses = new Resends(store, timing, write.key());
    @Nullable StoreException unknown = null;
    while (true) {
      try {
        WriteResult result = store.replace(write.key(), write.bytes(), expected);
        switch (result.outcome()) {
          case WRITTEN -> {
            return new WriteOutcome.Written(result.version().orElseThrow(), false);
          }
          case CONTENDED -> {
            pauses.pause(unknown);
            continue;
          }
          case CONFLICT, GONE -> unknown = null;
        }
      } catch (StoreException e) {
        unknown = onlyUnknown(e);
      }
      Reading now = readBackOfReplace(write, pauses, unknown);
      if (isOurs(write, now)) {
        return new WriteOutcome.Written(((Reading.Found) now).stored().version(), false);
      }
      Optional<Version> version = now.storedObject().map(StoredObject::version);
      if (unknown != null && (version.isEmpty() || version.equals(Optional.of(expected)))) {
        throw unknown;
      }
      requireReadable(now);
      if (version.equals(Optional.of(expected))) {
        // The store refused the very version that it shows: a stale read, or a write in between
        // that was undone.
        pauses.pause();
        continue;
      }
      return new WriteOutcome.Superseded(
          now instanceof Reading.Found found ? Optional.of(found.stored()) : Optional.empty());
    }
  }

  /** What delivers other bytes at each reading settles nothing. */
  private Reading readBackOfReplace(
      RecordWrite write, Resends pauses, @Nullable StoreException unknown) {
    try {
      return readBackSettled(write, pauses, unknown);
    } catch (RecordException e) {
      throw e.kind() == RecordException.Kind.UNSTABLE ? unlessUnknown(unknown, e) : e;
    }
  }

  /** One save, through all of its tries. */
  private final class Save {
    private final RecordWrite write;
    private final Resends pauses;
    private @Nullable StoreException unknownOutcome;
    private boolean repairing;

    Save(RecordWrite write) {
      this.write = write;
      this.pauses = new Resends(store, timing, write.key());
    }

    WriteOutcome run() {
      try {
        return decide();
      } catch (StoreException e) {
        throw unlessUnknown(unknownOutcome, e);
      } catch (RecordException e) {
        // The other kinds are about the current record: no late request replaces it.
        throw e.kind() == RecordException.Kind.UNSTABLE ? unlessUnknown(unknownOutcome, e) : e;
      }
    }

    private WriteOutcome decide() {
      @Nullable Version target = null;
      while (true) {
        @Nullable StoreException unknown = null;
        try {
          WriteResult result =
              target == null
                  ? store.create(write.key(), write.bytes())
                  : store.replace(write.key(), write.bytes(), target);
          switch (result.outcome()) {
            case WRITTEN -> {
              return new WriteOutcome.Written(result.version().orElseThrow(), repairing);
            }
            case CONTENDED -> {
              pauses.pause();
              continue;
            }
            case GONE -> {
              target = null;
              pauses.pause();
              continue;
            }
            case CONFLICT -> {}
          }
        } catch (StoreException e) {
          unknown = onlyUnknown(e);
          unknownOutcome = unknown;
        }
        Reading now = readBackSettled(write, pauses, unknown);
        requireReadable(now);
        if (isOurs(write, now)) {
          return new WriteOutcome.Written(((Reading.Found) now).stored().version(), repairing);
        }
        if (now instanceof Reading.Absent) {
          if (unknown != null) {
            throw unknown; // a late request may still land
          }
          target = null;
          pauses.countAbsence();
          pauses.pause();
          continue;
        }
        if (now instanceof Reading.Found found) {
          return new WriteOutcome.Occupied(found.stored());
        }
        if (repairing) {
          // Another writer keeps writing damaged records.
          pauses.pause(unknown);
        }
        repairing = true;
        target = now.storedObject().orElseThrow().version();
      }
    }
  }

  /**
   * Once a try has ended unknown, a later failure does not make the whole known. A store may throw
   * one instance more than once.
   */
  public static RuntimeException unlessUnknown(
      @Nullable StoreException unknown, RuntimeException e) {
    if (unknown == null || unknown == e) {
      return e;
    }
    unknown.addSuppressed(e);
    return unknown;
  }

  /** Returns {@code e} if its outcome is unknown; otherwise rethrows it. */
  public static StoreException onlyUnknown(StoreException e) {
    if (e.kind() == StoreException.Kind.OUTCOME_UNKNOWN) {
      return e;
    }
    throw e;
  }

  /** Reads the current record; if that fails while the outcome is unknown, it remains unknown. */
  public Reading readBack(RecordWrite write, @Nullable StoreException unknown) {
    Reading now;
    try {
      now = write.hasPayload() ? reader.readWhole(write.key()) : reader.readHead(write.key());
    } catch (StoreException e) {
      throw unknown != null ? unlessUnknown(unknown, e) : afterConflict(write, e);
    }
    if (now instanceof Reading.Found found) {
      Optional<RecordException> other =
          found.stored().whyOfAnotherStageThan(write.record().stage());
      if (other.isPresent()) {
        throw other.get();
      }
    }
    return now;
  }

  private static void requireReadable(Reading now) {
    if (now instanceof Reading.Unreadable unreadable) {
      throw new RecordException(RecordException.Kind.UNREADABLE, unreadable.reason());
    }
  }

  /** As {@link #readBack}; damage counts only if two readings gave the same damaged bytes. */
  private Reading readBackSettled(
      RecordWrite write, Resends pauses, @Nullable StoreException unknown) {
    Reading first = readBack(write, unknown);
    while (first instanceof Reading.Damaged one) {
      Reading second = readBack(write, unknown);
      if (!(second instanceof Reading.Damaged two)) {
        return second;
      }
      if (Reading.isSameDamage(one, two)) {
        return two;
      }
      if (one.object().version().equals(two.object().version())) {
        throw new RecordException(
            RecordException.Kind.UNSTABLE, "two readings of one version gave different bytes");
      }
      // Another writer keeps writing damaged records.
      pauses.pause(unknown);
      first = second;
    }
    return first;
  }

  /** A conflict that cannot be read back may be this very write: its outcome is not known. */
  private StoreException afterConflict(RecordWrite write, StoreException e) {
    return new StoreException(
        StoreException.Kind.OUTCOME_UNKNOWN,
        "The outcome of writing " + write.key() + " to " + store.location() + " is unknown",
        "the store refused the write because a record exists, and that record could not be read: "
            + e.why(),
        e.remedy(),
        e.requestId().orElse(null),
        e);
  }

  private static boolean isOurs(RecordWrite write, Reading now) {
    if (!(now instanceof Reading.Found found) || !write.hasSameId(found.stored().record())) {
      return false;
    }
    write.requireExactly(found.object());
    return true;
  }
}
