package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.Output;
import java.util.Optional;

/**
 * Whether a deletion can be undone by {@code restore}.
 *
 * @param possible empty when the store does not say
 */
record Reversibility(Optional<Boolean> possible) {
  /** One request at most. Who may not ask, or gets no answer, may still delete. */
  static Reversibility of(CheckpointManager checkpoints) {
    try {
      return new Reversibility(Optional.of(checkpoints.history().isKept()));
    } catch (CheckpointException e) {
      return new Reversibility(Optional.empty());
    }
  }

  void tell(Output output, String location) {
    if (possible.isEmpty()) {
      output.warning("whether this can be undone is not known: " + location + " does not say");
    } else if (possible.get()) {
      output.note("this can be undone by restore");
    } else {
      output.warning("this cannot be undone: " + location + " keeps no history");
    }
  }
}
