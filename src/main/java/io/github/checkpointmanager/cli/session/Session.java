package io.github.checkpointmanager.cli.session;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.StandardStreams;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.util.Map;
import java.util.function.Supplier;

/** What every subcommand works with. One per process; not thread-safe. */
public final class Session {
  /** The name of the command. */
  public static final String PROGRAM = "checkpoint";

  private final GlobalOptions options = new GlobalOptions();
  private final StandardStreams streams;
  private final Map<String, String> environment;
  private final Output output;
  private final Supplier<CheckpointManager.Builder> managers;

  public Session(
      StandardStreams streams,
      Map<String, String> environment,
      Supplier<CheckpointManager.Builder> managers) {
    this.streams = streams;
    this.environment = environment;
    this.output = new Output(options, streams);
    this.managers = managers;
  }

  public GlobalOptions options() {
    return options;
  }

  public Map<String, String> environment() {
    return environment;
  }

  public StandardStreams streams() {
    return streams;
  }

  public Output output() {
    return output;
  }

  public StoreLocation location() {
    return LocationChoice.of(options, environment);
  }

  /** Makes no request. */
  public CheckpointManager open() {
    return open(location());
  }

  /** As {@link #open()}, of another location than the one that the command line names. */
  public CheckpointManager open(StoreLocation other) {
    return managers.get().location(other.toString()).open();
  }

  /** As {@link #open()}, over a store that the caller closes. */
  public CheckpointManager open(CheckpointStore store) {
    return managers.get().store(store).open();
  }

  /** The store below, for what the library's API does not offer. Makes no request. */
  public CheckpointStore openStore() {
    return StoreProvider.openAt(location());
  }
}
