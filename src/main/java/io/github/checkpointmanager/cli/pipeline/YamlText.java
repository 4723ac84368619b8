package io.github.checkpointmanager.cli.pipeline;

/** A value of the file, as it is written there, and where. Immutable. */
record YamlText(String value, FilePosition position) {}
