package io.github.checkpointmanager.cli.run;

import io.github.checkpointmanager.ClaimOptions;
import java.time.Duration;
import java.util.Optional;

/**
 * How {@code run} claims a stage.
 *
 * @param options what the library is told
 * @param lease how long the claim holds after each renewal
 * @param waiting whether to wait while another worker holds the stage
 * @param longestWait for how long; empty for no limit
 */
public record ClaimSettings(
    ClaimOptions options, Duration lease, boolean waiting, Optional<Duration> longestWait) {}
