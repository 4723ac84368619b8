package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.Stores;
import java.util.Map;

/** What every subcommand works with. One per process; not thread-safe. */
final class Session {
  private final GlobalOptions options = new GlobalOptions();
  private final StandardStreams streams;
  private final Map<String, String> environment;
  private final Output output;

  Session(StandardStreams streams, Map<String, String> environment) {
    this.streams = streams;
    this.environment = environment;
    this.output = new Output(options, streams);
  }

  GlobalOptions options() {
    return options;
  }

  Map<String, String> environment() {
    return environment;
  }

  StandardStreams streams() {
    return streams;
  }

  Output output() {
    return output;
  }

  StoreLocation location() {
    return LocationChoice.of(options, environment);
  }

  /** Makes no request. */
  CheckpointManager open() {
    return CheckpointManager.builder().location(location().toString()).open();
  }

  /** The store below, for what the library's API does not offer. Makes no request. */
  CheckpointStore openStore() {
    return Stores.open(location());
  }
}
