package io.github.checkpointmanager.cli.demo;

import java.util.List;

/**
 * Result of {@code data_preprocessing}.
 *
 * @param dropped how many rows were incomplete
 * @param species the names of the labels
 */
record Prepared(int dropped, List<String> species, List<Sample> training, List<Sample> heldOut) {}
