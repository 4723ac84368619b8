package io.github.checkpointmanager.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.memory.MemoryStore;
import io.github.checkpointmanager.testing.FaultyStore.Fault;
import io.github.checkpointmanager.testing.FaultyStore.Operation;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class FaultyStoreTest {
  private final MemoryStore memory = new MemoryStore();
  private final FaultyStore store = FaultyStore.around(memory);

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private Optional<String> stored() {
    return memory.read("k").map(FaultyStoreTest::text);
  }

  private static String text(StoredObject object) {
    return new String(object.content(), UTF_8);
  }

  private static void assertFails(StoreException.Kind kind, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.kind()).isEqualTo(kind));
  }

  @Test
  void failBefore_writesNothingAndSaysSo() {
    store.failAt(0, Fault.FAIL_BEFORE);

    assertFails(StoreException.Kind.UNAVAILABLE, () -> store.create("k", bytes("a")));
    assertThat(stored()).isEmpty();
  }

  @Test
  void loseReply_writesAndIsUnknown() {
    store.failAt(0, Fault.LOSE_REPLY);

    assertFails(StoreException.Kind.OUTCOME_UNKNOWN, () -> store.create("k", bytes("a")));
    assertThat(stored()).hasValue("a");
  }

  @Test
  void loseRequest_neverWritesAndIsUnknown() {
    store.failAt(0, Fault.LOSE_REQUEST);

    assertFails(StoreException.Kind.OUTCOME_UNKNOWN, () -> store.create("k", bytes("a")));
    store.landLateWrites();
    assertThat(stored()).isEmpty();
  }

  @Test
  void landLate_writesOnCommand_ifItsConditionStillHolds() {
    store.failAt(0, Fault.LAND_LATE).failAt(1, Fault.LAND_LATE);
    assertFails(StoreException.Kind.OUTCOME_UNKNOWN, () -> store.create("k", bytes("a")));
    assertFails(StoreException.Kind.OUTCOME_UNKNOWN, () -> store.create("k", bytes("b")));
    assertThat(store.read("k")).isEmpty();

    assertThat(store.landLateWrites()).hasSize(2).last().isEqualTo(WriteResult.conflict());

    assertThat(stored()).hasValue("a");
  }

  @Test
  void landBeforeNextCall_isSeenByTheNextCall() {
    store.failAt(0, Fault.LAND_BEFORE_NEXT_CALL);
    assertFails(StoreException.Kind.OUTCOME_UNKNOWN, () -> store.create("k", bytes("a")));
    assertThat(stored()).isEmpty();

    assertThat(store.read("k").map(FaultyStoreTest::text)).hasValue("a");
  }

  @Test
  void readStale_isTheStateBeforeTheLastWrite() {
    var first = store.create("k", bytes("a")).version().orElseThrow();
    store.replace("k", bytes("b"), first);
    store.failAt(2, Fault.READ_STALE);

    assertThat(store.read("k").map(FaultyStoreTest::text)).hasValue("a");
    assertThat(store.read("k").map(FaultyStoreTest::text)).hasValue("b");
  }

  @Test
  void readCut_looksWhole() {
    store.create("k", bytes("abcd"));
    store.failAt(1, Fault.READ_CUT);

    StoredObject cut = store.readHead("k").orElseThrow();

    assertThat(text(cut)).isEqualTo("ab");
    assertThat(cut.isComplete()).isTrue();
  }

  @Test
  void deletion_reportsWhatItsFaultDid() {
    store.create("k", bytes("a"));
    store.failWhen(call -> call.operation() == Operation.DELETE, Fault.LOSE_REPLY);

    var report = store.delete(Deletion.ofEach("k"));

    assertThat(report.failures())
        .singleElement()
        .satisfies(f -> assertThat(f.kind()).isEqualTo(StoreException.Kind.OUTCOME_UNKNOWN));
    assertThat(stored()).isEmpty();
  }

  @Test
  void calls_areCountedAndSomebodyElseActsBetween() {
    store.before(1, () -> memory.create("k", bytes("theirs")));

    assertThat(store.read("k")).isEmpty();
    assertThat(store.create("k", bytes("ours"))).isEqualTo(WriteResult.conflict());

    assertThat(store.callCount()).isEqualTo(2);
    assertThat(store.calls().get(1)).isEqualTo(new FaultyStore.Call(1, Operation.CREATE, "k"));
  }
}
