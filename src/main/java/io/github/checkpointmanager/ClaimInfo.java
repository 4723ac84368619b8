package io.github.checkpointmanager;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a stage's claim says about the worker that holds it, or held it last. Immutable.
 *
 * @param stage the stage
 * @param user the worker's user name
 * @param host the worker's host name
 * @param process the worker's process id
 * @param attempt from 1, since the last clear
 * @param fencingToken the claim's token; empty until the first renewal
 * @param startedAt when this attempt began, by the worker's clock
 * @param renewedAt the claim's last write, by the store's clock
 * @param until when the lease runs out unless it is renewed, by the store's clock
 * @param failures failed attempts and expired leases so far
 * @param maxAttempts after how many failures no worker tries again; 0 for no limit
 * @param note progress of a running attempt, or why it failed or was released
 */
public record ClaimInfo(
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
    long maxAttempts,
    Optional<String> note) {}
