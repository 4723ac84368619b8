package io.github.checkpointmanager.internal.s3.object;

import java.net.URI;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * What this process knows of one server and bucket. All stores of the process share it, so the
 * probe runs once. Thread-safe.
 */
public final class ServerCapabilities {
  private record Key(URI endpoint, String bucket) {}

  private static final ConcurrentMap<Key, ServerCapabilities> KNOWN = new ConcurrentHashMap<>();

  private volatile boolean conditionsHold;
  private volatile boolean clockTrusted = true;

  private ServerCapabilities() {}

  public static ServerCapabilities of(URI endpoint, String bucket) {
    return KNOWN.computeIfAbsent(new Key(endpoint, bucket), key -> new ServerCapabilities());
  }

  /** Those of AWS: conditions are honoured, Date and Last-Modified come from one clock. */
  static ServerCapabilities ofAws() {
    var capabilities = new ServerCapabilities();
    capabilities.conditionsHold = true;
    return capabilities;
  }

  /** Returns whether the reply's Date may be compared with Last-Modified. */
  boolean clockTrusted() {
    return clockTrusted;
  }

  void distrustClock() {
    clockTrusted = false;
  }

  /**
   * Runs the probe unless it has passed before. Of several threads one probes, the others wait. A
   * failure is not remembered: the server may be fixed.
   */
  public void ensureConditionsHold(Runnable probe) {
    if (conditionsHold) {
      return;
    }
    synchronized (this) {
      if (!conditionsHold) {
        probe.run();
        conditionsHold = true;
      }
    }
  }
}
