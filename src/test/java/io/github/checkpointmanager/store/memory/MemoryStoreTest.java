package io.github.checkpointmanager.store.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
  private final String name = "store-" + UUID.randomUUID();

  private static CheckpointStore open(String location) {
    return StoreProvider.openAt(StoreLocation.parse(location));
  }

  @Test
  void open_withTheSameName_showsTheSameContents() {
    open("memory:" + name).create("a", bytes("1"));

    assertThat(open("memory:" + name).read("a")).isPresent();
    assertThat(open("memory:" + name + "-other").read("a")).isEmpty();
  }

  @Test
  void open_withAPrefix_isALevelOfTheNamedStore() {
    CheckpointStore run = open("memory:" + name + "/2026-11-23");
    run.create("a", bytes("1"));

    assertThat(run.location()).isEqualTo("memory:" + name + "/2026-11-23");
    assertThat(run.list("").iterator().next().objects()).extracting("key").containsExactly("a");
    assertThat(open("memory:" + name).read("2026-11-23/a")).isPresent();
    assertThat(open("memory:" + name).list("").iterator().next().children())
        .containsExactly("2026-11-23/");
  }

  @Test
  void open_withoutAName_saysHowToNameIt() {
    assertThatThrownBy(() -> open("memory:"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("has none. Write memory:name");
  }

  @Test
  void open_withAnOption_isRefused() {
    assertThatThrownBy(() -> open("memory:x?history=3"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("a memory store does not know 'history'");
  }

  @Test
  void age_followsTheClockThatWasHandedIn() {
    Instant start = Instant.parse("2026-11-23T14:00:00Z");
    AtomicReference<Instant> now = new AtomicReference<>(start);
    InstantSource clock = now::get;
    try (MemoryStore store = new MemoryStore(clock)) {
      store.create("a", bytes("1"));
      now.set(start.plusSeconds(90));

      assertThat(store.read("a").orElseThrow().lastModified()).isEqualTo(start);
      assertThat(store.read("a").orElseThrow().age()).contains(Duration.ofSeconds(90));
      assertThat(store.list("").iterator().next().storeTime()).contains(start.plusSeconds(90));
    }
  }

  @Test
  void versions_areEqualForEqualSequencesOfCalls() {
    assertThat(versionOfSecondWrite()).isEqualTo(versionOfSecondWrite());
  }

  private static String versionOfSecondWrite() {
    try (MemoryStore store = new MemoryStore()) {
      store.create("a", bytes("1"));
      return store.create("b", bytes("2")).version().orElseThrow().value();
    }
  }

  @Test
  void content_isNotSharedWithTheCaller() {
    try (MemoryStore store = new MemoryStore()) {
      byte[] content = bytes("1");
      store.create("a", content);
      content[0] = 'x';
      store.read("a").orElseThrow().content()[0] = 'y';

      assertThat(store.read("a").orElseThrow().content()).isEqualTo(bytes("1"));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
