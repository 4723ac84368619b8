package io.github.checkpointmanager.explorer;

/**
 * What one worker does, by the public API alone. Everything that is not determined comes from its
 * context.
 */
@FunctionalInterface
interface Program {
  Report run(ProgramContext context);
}
