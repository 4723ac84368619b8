package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Phrases that messages and log lines share. */
final class Wording {
  private Wording() {}

  /** Added where the store does not tell for how long the claim was not renewed. */
  static String unknownTime(Duration remaining) {
    return "; the store's time is not known, so whether it has expired is known only after it was"
        + " watched for "
        + Math.max(1, remaining.toSeconds())
        + " s more";
  }

  /** Such as {@code attempt 2 runs on worker-7 (alice, process 4711) since …}. */
  static String holding(ClaimInfo holder) {
    return String.format(
        Locale.ROOT,
        "attempt %d runs on %s (%s, process %s) since %s, its lease holds until %s unless it is"
            + " renewed%s",
        holder.attempt(),
        LogSafe.of(holder.host()),
        LogSafe.of(holder.user()),
        LogSafe.of(holder.process()),
        seconds(holder.startedAt()),
        seconds(holder.until()),
        note("; progress: ", holder));
  }

  /** Such as {@code attempt 2 by alice on worker-7, failures: 1: …}. */
  static String history(ClaimInfo holder) {
    return String.format(
        Locale.ROOT,
        "attempt %d by %s on %s%s%s",
        holder.attempt(),
        LogSafe.of(holder.user()),
        LogSafe.of(holder.host()),
        holder.failures() == 0 ? "" : ", failures: " + holder.failures(),
        note(": ", holder));
  }

  /** Such as {@code its claim cannot be read, and is respected for 7 s more}. */
  static String unreadableClaim(Duration remaining) {
    return "its claim cannot be read, and is respected for " + seconds(remaining) + " more";
  }

  /** Such as {@code it backs off for 7 s more after attempt 2 failed: …}. */
  static String backingOff(Duration remaining, ClaimInfo last) {
    return String.format(
        Locale.ROOT,
        "it backs off for %s more after attempt %d%s",
        seconds(remaining),
        last.attempt(),
        last.note().isEmpty() ? " did not end" : note(" failed: ", last));
  }

  private static String note(String before, ClaimInfo holder) {
    return holder.note().map(note -> before + LogSafe.of(note)).orElse("");
  }

  private static String seconds(Duration duration) {
    return duration.plusMillis(999).toSeconds() + " s";
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** When and by whom it was completed, and restored, if it was. */
  static String completionAndRestore(Checkpoint checkpoint) {
    String by = checkpoint.restoredBy().map(name -> " by " + LogSafe.of(name)).orElse("");
    return checkpoint.completion()
        + checkpoint.restoredAt().map(at -> ", restored " + seconds(at) + by).orElse("");
  }
}
