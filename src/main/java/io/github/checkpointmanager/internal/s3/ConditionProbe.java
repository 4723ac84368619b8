package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreException.Kind;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;

/**
 * Checks whether a server honours {@code If-None-Match} and {@code If-Match}; some servers accept
 * these headers and ignore them. Five requests: creates a random key, creates it again (must be
 * refused), replaces a wrong version (must be refused), reads it (must be the first content; checks
 * the clock), deletes it. A lost or contended reply costs further requests.
 *
 * <p>An unfit server is {@code UNSUPPORTED}. Any other failure is reported as it is, but never as
 * {@code OUTCOME_UNKNOWN}, since the caller's bytes were not sent yet.
 */
public final class ConditionProbe {
  /**
   * Between Date and Last-Modified of one object: both have whole seconds. More would take back
   * what the margin of a lease gives.
   */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

  /** Not the ETag of anything that the probe writes. */
  static final Version WRONG = Version.NONE;

  static final String CLOCK_ADVICE =
      "Claims work, but an expired one is taken over only after it was watched for a lease;"
          + " connect without the proxy, or set its clock";

  private static final int TRIES = 3;

  private final S3Bucket bucket;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  private ConditionProbe(S3Bucket bucket) {
    this.bucket = bucket;
    this.reader = new ObjectReader(bucket);
    this.writer = new ObjectWriter(bucket);
  }

  /** Probes a bucket unless a probe of it has passed in this process before. */
  public static void ensurePassed(S3Bucket bucket) {
    bucket.capabilities().ensureConditionsHold(() -> new ConditionProbe(bucket).run());
  }

  private void run() {
    for (int attempt = 1; ; attempt++) {
      try {
        new Attempt().run();
        return;
      } catch (StoreException e) {
        if (e.kind() != Kind.OUTCOME_UNKNOWN) {
          throw e;
        }
        boolean foreign = S3ErrorTranslator.isForeign(e);
        if (attempt == TRIES || foreign) {
          throw new StoreException(
              Kind.UNAVAILABLE,
              "The probe of conditional writes on s3://" + bucket.name() + " did not finish",
              e.why(),
              foreign
                  ? e.remedy() + "; the probe's object may be there, nothing else was written"
                  : "Nothing was written. Try again later",
              e.requestId().orElse(null),
              e);
        }
      }
    }
  }

  /** One pass with a key of its own, so that a late request of an earlier pass changes nothing. */
  private final class Attempt {
    private final ProbeKeys keys = new ProbeKeys(bucket);
    private final String key = keys.key();
    private final byte[] first = content("first");
    private final byte[] second = content("second");
    private final byte[] third = content("third");

    private byte[] content(String word) {
      return ("checkpoint-manager probe " + key + " " + word + "\n").getBytes(US_ASCII);
    }

    void run() {
      long before = System.nanoTime();
      var created = create();
      try {
        created.result().version().ifPresent(ConditionProbe.this::requireStrong);
        requireRefused(writer.create(key, second), "If-None-Match");
        requireRefused(writer.replace(key, third, WRONG), "If-Match");
        StoredObject current = readBack();
        requireStrong(current.version());
        requireFirst(current);
        checkClock(current, Duration.ofNanos(System.nanoTime() - before));
      } finally {
        keys.remove(key, created.versionId());
      }
    }

    /** A conflict means that the SDK sent this request twice; the read decides. */
    private ObjectWriter.Written create() {
      try {
        var created = writer.createVersion(key, first);
        if (created.result().outcome() == Outcome.CONTENDED) {
          throw contended();
        }
        return created;
      } catch (StoreException e) {
        if (e.kind() == Kind.OUTCOME_UNKNOWN) {
          keys.remove(key, null);
        }
        throw e;
      }
    }

    private void requireFirst(StoredObject current) {
      if (Arrays.equals(current.content(), first)) {
        return;
      }
      boolean isSecond = Arrays.equals(current.content(), second);
      if (isSecond || Arrays.equals(current.content(), third)) {
        throw ignored(
            isSecond ? "If-None-Match" : "If-Match", "it refused the write, and executed it");
      }
      throw unfit(
          "it returns other bytes than were written (it may store the framing of chunked"
              + " uploads as content)",
          "Set the client's requestChecksumCalculation to WHEN_REQUIRED, or use another server");
    }

    private StoredObject readBack() {
      return reader
          .read(key)
          .orElseThrow(
              () ->
                  unfit(
                      "an object that was just written cannot be read",
                      "Use a server with read-after-write consistency"));
    }
  }

  private void requireRefused(WriteResult result, String header) {
    switch (result.outcome()) {
      case CONFLICT -> {}
      case CONTENDED -> throw contended();
      case WRITTEN -> throw ignored(header, "it executed a write that the header forbids");
      case GONE -> throw ignored(header, "it says that an object which exists does not");
    }
  }

  /** With weak ETags no replace could ever succeed. */
  private void requireStrong(Version version) {
    if (ForeignReply.isWeak(version.value())) {
      throw unfit(
          "its ETags are weak (W/\"…\"), so that no checkpoint or claim could be replaced; a proxy"
              + " that changes replies makes them weak",
          "Connect without the proxy, or let it pass replies on unchanged");
    }
  }

  private StoreException contended() {
    return new StoreException(
        Kind.OUTCOME_UNKNOWN, "The probe failed", "the server reports contention", "Try again");
  }

  private StoreException ignored(String header, String seen) {
    return unfit(
        String.format(
            Locale.ROOT,
            "it ignores the header %s (%s), so that two workers could overwrite each other's"
                + " checkpoints",
            header,
            seen),
        "Use AWS S3 or a server that supports conditional writes; checkpoint doctor shows what this"
            + " one lacks");
  }

  private StoreException unfit(String why, String remedy) {
    String at = bucket.customEndpoint().map(endpoint -> " at " + endpoint).orElse("");
    return new StoreException(
        Kind.UNSUPPORTED,
        "The server behind s3://" + bucket.name() + at + " is refused",
        why,
        remedy);
  }

  private void checkClock(StoredObject seen, Duration elapsed) {
    seen.storeTime()
        .filter(now -> !clocksAgree(seen, now, elapsed))
        .ifPresent(now -> bucket.capabilities().distrustClock());
  }

  /** Returns whether one clock dates replies and objects. */
  static boolean clocksAgree(StoredObject seen, Instant now, Duration elapsed) {
    Duration apart = Duration.between(seen.lastModified(), now);
    return apart.compareTo(CLOCK_TOLERANCE.negated()) >= 0
        && apart.compareTo(CLOCK_TOLERANCE.plus(elapsed)) <= 0;
  }
}
