package io.github.checkpointmanager.internal.claim;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.ForwardingStore;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A store whose first replace of one key hangs until the test lets it go. Thread-safe. */
final class HangingStore extends ForwardingStore {
  /** Where the request hangs. */
  enum Place {
    BEFORE_IT_LANDS,
    AFTER_IT_LANDED
  }

  private final String hangingKey;
  private final Place place;
  private final AtomicBoolean hung = new AtomicBoolean();
  private final CountDownLatch hangs = new CountDownLatch(1);
  private final CountDownLatch goes = new CountDownLatch(1);
  private final CountDownLatch gone = new CountDownLatch(1);
  private final Map<String, Integer> replaces = new ConcurrentHashMap<>();

  HangingStore(CheckpointStore store, String key, Place place) {
    super(store);
    this.hangingKey = key;
    this.place = place;
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    replaces.merge(key, 1, Integer::sum);
    if (!key.equals(hangingKey) || !hung.compareAndSet(false, true)) {
      return super.replace(key, content, expected);
    }
    WriteResult result =
        place == Place.AFTER_IT_LANDED ? super.replace(key, content, expected) : null;
    hangs.countDown();
    try {
      assertThat(goes.await(10, TimeUnit.MINUTES)).isTrue();
      return result != null ? result : super.replace(key, content, expected);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      gone.countDown();
    }
  }

  /** How often a replace of this key was sent. */
  int replacesOf(String key) {
    return replaces.getOrDefault(key, 0);
  }

  void awaitHang() throws InterruptedException {
    assertThat(hangs.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Answers the request that hangs. */
  void letGo() throws InterruptedException {
    goes.countDown();
    assertThat(gone.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** Keeps the store that it forwards to open. */
  @Override
  public void close() {
    goes.countDown();
  }
}
