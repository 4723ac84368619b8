package io.github.checkpointmanager.explorer;

/** What one worker does, by the public API alone. Deterministic but for what its seat tells it. */
@FunctionalInterface
interface Program {
  Report run(Seat seat);
}
