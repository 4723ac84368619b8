package io.github.checkpointmanager.internal.save;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.internal.read.Reading;
import io.github.checkpointmanager.internal.read.RecordException;
import io.github.checkpointmanager.internal.read.RecordReader;
import io.github.checkpointmanager.internal.read.StoredRecord;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.internal.record.StageRecord;
import io.github.checkpointmanager.internal.record.State;
import io.github.checkpointmanager.internal.save.RecordWrite.WriteOutcome;
import io.github.checkpointmanager.store.CheckpointStore.StoredVersion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One stage in a store that fails as planned, and the model of what may become visible there. */
final class FaultyWorld {
  static final String STAGE = "train";
  static final String KEY = StageName.checkpointKey(STAGE);
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

  /** What stands under the key at the start. */
  enum Standing {
    NOTHING,
    ANOTHERS,
    HOME_MADE,
    DAMAGED,
    EMPTY;

    boolean isValid() {
      return this == ANOTHERS || this == HOME_MADE;
    }

    Optional<byte[]> bytes() {
      return switch (this) {
        case NOTHING -> Optional.empty();
        case ANOTHERS -> Optional.of(write("another").bytes());
        case HOME_MADE -> Optional.of("COMPLETED\n".getBytes(UTF_8));
        case DAMAGED -> Optional.of(Arrays.copyOf(write("another").bytes(), 70));
        case EMPTY -> Optional.of(new byte[0]);
      };
    }
  }

  /** How a call ended. */
  record End(@Nullable WriteOutcome outcome, @Nullable RuntimeException failure) {
    static End of(Supplier<WriteOutcome> call) {
      try {
        return new End(call.get(), null);
      } catch (StoreException | RecordException e) {
        return new End(null, e);
      }
    }

    boolean isWritten() {
      return outcome instanceof WriteOutcome.Written;
    }

    boolean isUnknown() {
      return failure instanceof StoreException e && e.kind() == StoreException.Kind.OUTCOME_UNKNOWN;
    }

    @Override
    public String toString() {
      return String.valueOf(outcome == null ? failure : outcome);
    }
  }

  final MemoryStore memory = new MemoryStore(InstantSource.fixed(NOW));
  final FaultyStore store = FaultyStore.around(memory);
  final SaveProtocol protocol = new SaveProtocol(store, Impatient.TIMING);
  final Optional<byte[]> before;
  private final SortedMap<Integer, Fault> plan;

  /** How the other worker's write ended, if it was let. */
  End theirs = new End(null, null);

  FaultyWorld(Standing standing, SortedMap<Integer, Fault> plan) {
    before = standing.bytes();
    before.ifPresent(bytes -> store.create(KEY, bytes));
    store.reset();
    plan.forEach(store::failAt);
    this.plan = plan;
  }

  static RecordWrite write(String who) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(Header.WRITE_ID, String.format("%032x", who.hashCode()));
    headers.put(Header.TIMESTAMP, NOW.toString());
    headers.put(Header.STAGE, STAGE);
    headers.put(Header.USER, who);
    return RecordWrite.of(KEY, new StageRecord(State.COMPLETED, headers, Optional.empty()));
  }

  /** Lets another worker write just before a call, by a store without faults. */
  void letAnother(int beforeCall, Function<SaveProtocol, WriteOutcome> write) {
    var theirProtocol = new SaveProtocol(memory, Impatient.TIMING);
    store.before(beforeCall, () -> theirs = End.of(() -> write.apply(theirProtocol)));
  }

  Version version() {
    return memory.read(KEY).orElseThrow().version();
  }

  Optional<byte[]> visible() {
    return memory.read(KEY).map(StoredObject::content);
  }

  boolean isVisible(RecordWrite write) {
    return visible().filter(bytes -> Arrays.equals(bytes, write.bytes())).isPresent();
  }

  boolean isUnchanged() {
    return before.isPresent()
        ? visible().filter(bytes -> Arrays.equals(bytes, before.get())).isPresent()
        : visible().isEmpty();
  }

  /** Whether a write ever was visible. */
  boolean wasVisible(RecordWrite write) {
    return memory.versions(KEY).stream()
        .filter(version -> !version.deletion())
        .map(StoredVersion::versionId)
        .anyMatch(id -> Arrays.equals(memory.readVersion(KEY, id).content(), write.bytes()));
  }

  /** What the end of a write says must be so; holds before and after late writes have landed. */
  void assertTrue(End end, RecordWrite ours) {
    String story = story(end);
    if (end.outcome() instanceof WriteOutcome.Written) {
      assertThat(isVisible(ours)).as("reported written, so visible: %s", story).isTrue();
    } else if (end.outcome() instanceof WriteOutcome.Occupied occupied) {
      assertThat(isUnchanged()).as("reported occupied, so untouched: %s", story).isTrue();
      assertNames(occupied.by(), story);
    } else if (end.outcome() instanceof WriteOutcome.Superseded) {
      assertThat(isVisible(ours)).as("reported superseded, so not ours: %s", story).isFalse();
    } else if (end.isUnknown()) {
      assertThat(isUnchanged() || isVisible(ours))
          .as("unknown, but nothing else than ours: %s", story)
          .isTrue();
    } else {
      assertThat(wasVisible(ours)).as("reported failed, so never written: %s", story).isFalse();
      assertThat(isUnchanged()).as("reported failed, so untouched: %s", story).isTrue();
    }
  }

  private void assertNames(StoredRecord named, String story) {
    Reading now = RecordReader.interpret(memory.read(KEY).orElseThrow());
    assertThat(now)
        .as("named, so visible: %s", story)
        .isInstanceOfSatisfying(
            Reading.Found.class,
            found -> assertThat(found.stored().record()).isEqualTo(named.record()));
  }

  String story(Object end) {
    return plan + " over " + calls() + " ended as " + end;
  }

  List<FaultyStore.Call> calls() {
    return store.calls();
  }
}
