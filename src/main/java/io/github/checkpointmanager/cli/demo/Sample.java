package io.github.checkpointmanager.cli.demo;

import java.util.List;

/**
 * One complete penguin, standardised.
 *
 * @param label index of its species
 */
record Sample(int label, List<Double> features) {}
