package io.github.checkpointmanager.cli.demo;

import java.util.List;

/** Result of {@code data_ingestion}. */
record Ingested(List<Measurement> measurements) {}
