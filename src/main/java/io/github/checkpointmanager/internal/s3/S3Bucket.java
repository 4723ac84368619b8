package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.client.ClientHandle;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;

/** One bucket, and the level of it that a store owns. Thread-safe. */
public final class S3Bucket {
  private final ClientHandle handle;
  private final String name;
  private final KeySpace keys;
  private @Nullable ServerCapabilities capabilities;

  public S3Bucket(ClientHandle handle, String name, KeySpace keys) {
    this.handle = handle;
    this.name = name;
    this.keys = keys;
  }

  public S3Client client() {
    return handle.get();
  }

  public String name() {
    return name;
  }

  public KeySpace keys() {
    return keys;
  }

  /** Returns the endpoint; empty for AWS. */
  public Optional<URI> customEndpoint() {
    return client().serviceClientConfiguration().endpointOverride();
  }

  /** Returns what this process knows of the server. */
  public synchronized ServerCapabilities capabilities() {
    ServerCapabilities known = capabilities;
    if (known == null) {
      known =
          customEndpoint()
              .map(endpoint -> ServerCapabilities.of(endpoint, name))
              .orElseGet(ServerCapabilities::ofAws);
      capabilities = known;
    }
    return known;
  }

  /** Returns a key as messages name it. */
  public String describe(String key) {
    return "s3://" + name + "/" + keys.prefix() + key;
  }

  /**
   * Returns the server's clock when it answered, by the reply's {@code Date}; empty when a cache
   * answered ({@code Age}), or when the probe found that a proxy sets it by another clock.
   */
  Optional<Instant> timeOf(SdkHttpResponse reply) {
    if (!capabilities().clockTrusted() || reply.firstMatchingHeader("Age").isPresent()) {
      return Optional.empty();
    }
    return dateOf(reply);
  }

  /** Returns the reply's {@code Date}, trusted or not. */
  static Optional<Instant> dateOf(SdkHttpResponse reply) {
    try {
      return reply
          .firstMatchingHeader("Date")
          .map(date -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Returns whether a reply is HTML, which a proxy or a portal sends and S3 never does. */
  public static boolean isHtml(SdkHttpResponse reply) {
    return reply
        .firstMatchingHeader("Content-Type")
        .filter(type -> type.regionMatches(true, 0, "text/html", 0, "text/html".length()))
        .isPresent();
  }

  /**
   * What this process knows of one server and bucket. All stores of the process share it, so the
   * probe runs once. Thread-safe.
   */
  public static final class ServerCapabilities {
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
}
