package io.github.checkpointmanager.cli.pipelinefile;

/** A value of the file, as it is written there, and where. Immutable. */
record Text(String value, Position position) {}
