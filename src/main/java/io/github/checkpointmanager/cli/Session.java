package io.github.checkpointmanager.cli;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.util.Map;
import java.util.function.Supplier;

/** What every subcommand works with. One per process; not thread-safe. */
final class Session {
  private final GlobalOptions options = new GlobalOptions();
  private final StandardStreams streams;
  private final Map<String, String> environment;
  private final Output output;
  private final Supplier<CheckpointManager.Builder> managers;

  Session(
      StandardStreams streams,
      Map<String, String> environment,
      Supplier<CheckpointManager.Builder> managers) {
    this.streams = streams;
    this.environment = environment;
    this.output = new Output(options, streams);
    this.managers = managers;
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
    return open(location());
  }

  /** As {@link #open()}, of another location than the one that the command line names. */
  CheckpointManager open(StoreLocation other) {
    return managers.get().location(other.toString()).open();
  }

  /** As {@link #open()}, over a store that the caller closes. */
  CheckpointManager open(CheckpointStore store) {
    return managers.get().store(store).open();
  }

  /** The store below, for what the library's API does not offer. Makes no request. */
  CheckpointStore openStore() {
    return StoreProvider.openAt(location());
  }
}
