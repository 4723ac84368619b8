package io.github.checkpointmanager;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Who works, or worked, on a stage, as its claim says. Immutable.
 *
 * @param stage the stage
 * @param user whose name the worker runs under
 * @param host where
 * @param process its process, as its operating system numbers it
 * @param attempt from 1, since the last clear
 * @param fencingToken the claim's token; empty until the first renewal
 * @param startedAt when this attempt began, by the worker's clock
 * @param renewedAt the claim's last write, by the store's clock
 * @param until when the lease runs out unless it is renewed, by the store's clock
 * @param failures failed attempts and expired leases so far
 * @param note progress of a running attempt, or why it failed or was released
 */
public record StageHolder(
    String stage,
    String user,
    String host,
    String process,
    long attempt,
    OptionalLong fencingToken,
    Instant startedAt,
    Instant renewedAt,
    Instant until,
    long failures,
    Optional<String> note) {}
