package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.process.Background;
import java.time.Duration;

/**
 * Ends a claim without keeping the command longer than anybody is kept from the stage: a store that
 * does not answer is not waited for when the lease is over.
 */
final class ClaimEnding {
  /** After renewals have failed for long. */
  private static final Duration LAST_TRY = Duration.ofSeconds(2);

  private final Claim claim;
  private final Output output;

  ClaimEnding(Claim claim, Output output) {
    this.claim = claim;
    this.output = output;
  }

  /** Records that the attempt has failed. */
  void fail(String reason) {
    tellUnless(within(claim.remaining(), () -> claim.fail(reason)));
  }

  /** Gives the stage to others; no failure is counted. */
  void release(String reason) {
    tellUnless(within(claim.remaining(), () -> claim.release(reason)));
  }

  /** Gives up a claim that could not be renewed, if the store answers again by chance. */
  void abandon(String reason) {
    Duration left = claim.remaining();
    if (!left.isNegative()) {
      boolean unused =
          within(
              left.compareTo(LAST_TRY) < 0 ? left : LAST_TRY,
              () -> {
                if (claim.isValid()) {
                  claim.release(reason);
                }
              });
    }
  }

  private static boolean within(Duration longest, Runnable write) {
    return Background.start("checkpoint-claim-end", write).await(longest);
  }

  private void tellUnless(boolean ended) {
    if (!ended) {
      output.warning(
          "the claim of '"
              + claim.stage()
              + "' could not be ended, since the store does not answer. It ends with its lease.");
    }
  }
}
