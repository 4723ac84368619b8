package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Phrases that messages and log lines share. */
final class Wording {
  private Wording() {}

  /** Such as {@code attempt 2 runs on worker-7 (alice, process 4711) since …}. */
  static String holding(ClaimInfo holder) {
    return "attempt "
        + holder.attempt()
        + " runs on "
        + LogSafe.of(holder.host())
        + " ("
        + LogSafe.of(holder.user())
        + ", process "
        + LogSafe.of(holder.process())
        + ") since "
        + seconds(holder.startedAt())
        + ", its lease holds until "
        + seconds(holder.until())
        + " unless it is renewed"
        + holder.note().map(note -> "; progress: " + LogSafe.of(note)).orElse("");
  }

  /** Such as {@code attempt 2 by alice on worker-7, 1 failure: …}. */
  static String history(ClaimInfo holder) {
    return "attempt "
        + holder.attempt()
        + " by "
        + LogSafe.of(holder.user())
        + " on "
        + LogSafe.of(holder.host())
        + (holder.failures() == 0 ? "" : ", failures: " + holder.failures())
        + holder.note().map(note -> ": " + LogSafe.of(note)).orElse("");
  }

  /** Such as {@code its claim cannot be read, and is respected for 7 s more}. */
  static String unreadableClaim(Optional<Duration> remaining) {
    return "its claim cannot be read, and is respected"
        + remaining.map(left -> " for " + seconds(left) + " more").orElse("");
  }

  /** Such as {@code it backs off for 7 s more after attempt 2 failed: …}. */
  static String backingOff(Duration remaining, long attempt, Optional<String> note) {
    return "it backs off for "
        + seconds(remaining)
        + " more after attempt "
        + attempt
        + note.map(text -> " failed: " + LogSafe.of(text)).orElse(" did not end");
  }

  /** Such as {@code 7 s}. */
  static String seconds(Duration duration) {
    return duration.plusMillis(999).toSeconds() + " s";
  }

  /** When and by whom it was completed, and restored, if it was. */
  static String standing(Checkpoint checkpoint) {
    return checkpoint.completion()
        + checkpoint
            .restoredAt()
            .map(
                at ->
                    ", restored "
                        + seconds(at)
                        + checkpoint.restoredBy().map(by -> " by " + LogSafe.of(by)).orElse(""))
            .orElse("");
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
