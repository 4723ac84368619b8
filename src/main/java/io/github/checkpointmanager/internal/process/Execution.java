package io.github.checkpointmanager.internal.process;

import java.util.Optional;

/**
 * One execution of a stage. Immutable.
 *
 * @param cookie what its processes carry
 * @param process which process holds its claim; empty where no other one could judge it
 */
public record Execution(ExecutionCookie cookie, Optional<ProcessIdentity> process) {}
