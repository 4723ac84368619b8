package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.internal.claim.ClaimTerms;
import io.github.checkpointmanager.internal.claim.ObservedClaim;
import io.github.checkpointmanager.store.Version;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A claim of one stage, as asked for. Immutable.
 *
 * @param damaged the damaged version that completing replaces, if it is still current
 */
record ClaimRequest(String stage, ClaimOptions options, Optional<Version> damaged) {
  static ClaimRequest of(String stage, ClaimOptions options) {
    return new ClaimRequest(stage, options, Optional.empty());
  }

  /** The version of the stage's checkpoint that does not count as its completion. */
  Optional<Version> toReplace() {
    return options.rerun().map(Checkpoint::version).or(() -> damaged);
  }

  ClaimTerms terms() {
    Duration lease = options.lease();
    Duration longest = ObservedClaim.LONGEST_LEASE;
    return new ClaimTerms(
        lease,
        lease.compareTo(longest) > 0 ? lease : longest,
        options.maxAttempts(),
        options.firstBackoff(),
        options.longestBackoff(),
        options.rerun().map(Checkpoint::fencingToken).orElse(OptionalLong.empty()));
  }
}
