package io.github.checkpointmanager.cli.demo;

/** Result of {@code evaluation}. */
record Evaluation(int correct, int total) {}
