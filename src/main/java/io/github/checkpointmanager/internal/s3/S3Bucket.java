package io.github.checkpointmanager.internal.s3;

import io.github.checkpointmanager.internal.s3.client.ClientHandle;
import io.github.checkpointmanager.internal.s3.client.S3Settings.BucketName;
import io.github.checkpointmanager.internal.time.Timing;
import io.github.checkpointmanager.store.Keys;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Response;

/**
 * One bucket, and the prefix in it that a store owns; maps the port's keys, which are relative to
 * the prefix, to object keys. Thread-safe.
 */
public final class S3Bucket {
  /**
   * The longest object key in bytes of UTF-8: Amazon S3 User Guide, "Naming Amazon S3 objects"
   * (docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
   */
  private static final int MAX_OBJECT_KEY_BYTES = 1024;

  /** What the prefix leaves at least: room for the probe's key and for short stage names. */
  private static final int MIN_KEY_BYTES = 64;

  private final ClientHandle handle;
  private final String name;
  private final String prefix;
  private @Nullable ServerCapabilities capabilities;

  /** When a thread last took the client, which it does just before it sends. */
  private final ThreadLocal<Long> sentNanos = new ThreadLocal<>();

  /** Refuses a malformed name or prefix; the prefix may lack its final slash. */
  public S3Bucket(ClientHandle handle, String name, String prefix) {
    this.handle = handle;
    this.name = BucketName.require(name);
    this.prefix = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";
    Keys.requirePrefix(this.prefix, "s3://" + name);
    if (maxKeyBytes() < MIN_KEY_BYTES) {
      throw new StoreException(
          Kind.INVALID,
          "The prefix of s3://" + name + " is refused",
          "an object key has at most "
              + MAX_OBJECT_KEY_BYTES
              + " bytes, and this prefix leaves fewer than "
              + MIN_KEY_BYTES,
          "Use a shorter prefix");
    }
  }

  /** Returns the client, for one request, which is sent now. */
  S3Client client() {
    S3Client client = handle.get();
    sentNanos.set(System.nanoTime());
    return client;
  }

  public String name() {
    return name;
  }

  /** Returns the store's prefix: empty, or ending in a slash. */
  public String prefix() {
    return prefix;
  }

  /** Returns how many bytes a relative key may have. */
  public int maxKeyBytes() {
    return MAX_OBJECT_KEY_BYTES - prefix.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Returns the object key of a relative key; refuses a malformed one. */
  public String objectKey(String key) {
    Keys.requireKey(key, maxKeyBytes(), describe(""));
    return prefix + key;
  }

  /** Returns the object-key prefix of one level; refuses a malformed one. */
  String levelPrefix(String level) {
    Keys.requirePrefix(level, describe(""));
    return prefix + level;
  }

  /** Returns the relative key of an object key that begins with the prefix. */
  String relative(String objectKey) {
    return objectKey.substring(prefix.length());
  }

  /** Sends a request, translates its failure, and refuses a reply that S3 cannot have sent. */
  <T extends S3Response> T call(
      S3Operation operation, String target, Function<S3Client, T> request) {
    T reply;
    try {
      reply = send(operation, request);
    } catch (SdkException e) {
      throw failure(operation, target, e);
    }
    String complaint = ForeignReply.complaint(reply.sdkHttpResponse());
    if (complaint != null) {
      throw S3ErrorTranslator.foreignReply(operation, target, complaint, reply);
    }
    return reply;
  }

  /**
   * Sends a request, also while the caller's thread is interrupted. The caller decides what a
   * failure means and whether the reply is valid.
   */
  <T> T send(S3Operation operation, Function<S3Client, T> request) {
    return UninterruptedCall.make(operation.repeatable(), () -> handle.call(request));
  }

  /** Returns the failure of a request for {@code target}: {@code s3://bucket/key}. */
  StoreException failure(S3Operation operation, String target, SdkException e) {
    return S3ErrorTranslator.translate(operation, target, handle.server(), e);
  }

  /** Returns the endpoint; empty for AWS. */
  Optional<URI> customEndpoint() {
    return handle.get().serviceClientConfiguration().endpointOverride();
  }

  synchronized ServerCapabilities capabilities() {
    if (capabilities == null) {
      capabilities =
          customEndpoint()
              .map(endpoint -> ServerCapabilities.of(endpoint, name))
              .orElseGet(ServerCapabilities::ofAws);
    }
    return capabilities;
  }

  /** Returns a key as messages name it, or a level; the empty text is the root. */
  String describe(String key) {
    return "s3://" + name + "/" + prefix + key;
  }

  /**
   * Returns the server's clock when it answered the last request of this thread, by the reply's
   * {@code Date}; empty when a cache answered ({@code Age}), before the probe has compared it with
   * {@code Last-Modified}, and from the moment two replies disagreed, or the probe found that a
   * proxy sets it by another clock.
   */
  Optional<Instant> timeOf(SdkHttpResponse reply) {
    if (reply.firstMatchingHeader("Age").isPresent()) {
      return Optional.empty();
    }
    try {
      Optional<Instant> date =
          reply
              .firstMatchingHeader("Date")
              .map(text -> Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
      long now = System.nanoTime();
      Long sent = sentNanos.get();
      return date.filter(time -> capabilities().isTime(time, sent == null ? now : sent));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * What this process knows of one server and bucket. All stores of the process share it, so the
   * probe runs once. Thread-safe.
   */
  public static final class ServerCapabilities {
    private record Key(URI endpoint, String bucket) {}

    private static final ConcurrentMap<Key, ServerCapabilities> KNOWN = new ConcurrentHashMap<>();

    private volatile boolean conditionsHold;
    private final ServerClock clock = new ServerClock(Timing.system());

    /** Which thread judges the clock, and therefore sees the time. */
    private volatile @Nullable Thread judge;

    private final AtomicBoolean tagsRefused = new AtomicBoolean();

    /** Whether DeleteObjects compares ETags; null as long as that is not known. */
    private volatile @Nullable Boolean comparesDeletions;

    private ServerCapabilities() {}

    public static ServerCapabilities of(URI endpoint, String bucket) {
      return KNOWN.computeIfAbsent(new Key(endpoint, bucket), key -> new ServerCapabilities());
    }

    /** Those of AWS: conditions are honoured, Date and Last-Modified come from one clock. */
    static ServerCapabilities ofAws() {
      var capabilities = new ServerCapabilities();
      capabilities.conditionsHold = true;
      capabilities.comparesDeletions = true;
      return capabilities;
    }

    /** Notes a reply's Date; returns whether it may be compared with Last-Modified. */
    boolean isTime(Instant date, long sentNanos) {
      boolean agrees = clock.agrees(date, sentNanos);
      return agrees && (conditionsHold || Thread.currentThread().equals(judge));
    }

    /** Does what compares the server's time with that of an object. One thread at a time. */
    synchronized <T> T judgingTheClock(Supplier<T> check) {
      judge = Thread.currentThread();
      try {
        return check.get();
      } finally {
        judge = null;
      }
    }

    void distrustClock() {
      clock.distrust();
    }

    /** Returns whether objects may have tags, as far as is known. */
    boolean takesTags() {
      return !tagsRefused.get();
    }

    /** Notes that tags are refused; returns whether that is new. */
    boolean refuseTags() {
      return tagsRefused.compareAndSet(false, true);
    }

    /** Returns whether deletions are known to be compared; false as long as it is not known. */
    boolean comparesDeletions() {
      return Boolean.TRUE.equals(comparesDeletions);
    }

    /** As {@link #comparesDeletions()}, but finds out first, once, as the other probe does. */
    public boolean comparesDeletions(BooleanSupplier probe) {
      Boolean known = comparesDeletions;
      if (known == null) {
        synchronized (this) {
          known = comparesDeletions;
          if (known == null) {
            known = probe.getAsBoolean();
            comparesDeletions = known;
          }
        }
      }
      return known;
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
          judgingTheClock(
              () -> {
                probe.run();
                return true;
              });
          conditionsHold = true;
        }
      }
    }
  }
}
