package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code list}: the stages of a location. */
@Command(name = "list", description = "List the stages that have a checkpoint.")
public final class ListCommand implements Callable<Integer> {
  private static final String UNKNOWN = "-";

  private final Session session;

  public ListCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    CheckpointList inventory;
    String location;
    try (CheckpointManager checkpoints = session.open()) {
      inventory = checkpoints.list();
      location = checkpoints.location();
    }
    Output output = session.output();
    if (output.isJson()) {
      output.document(Json.list(inventory));
    } else if (!inventory.checkpoints().isEmpty() || !inventory.invalid().isEmpty()) {
      table(inventory).lines().forEach(output::line);
    } else {
      output.note("no checkpoints in " + location);
    }
    return ExitCodes.DONE;
  }

  private static Table table(CheckpointList inventory) {
    Table table = new Table("STAGE", "COMPLETED", "USER", "HOST", "DURATION", "SIZE", "STATE");
    Map<String, Runnable> rows = new TreeMap<>(Comparator.naturalOrder());
    for (Checkpoint c : inventory.checkpoints()) {
      rows.put(
          c.stage(),
          () ->
              table.row(
                  c.stage(),
                  Text.seconds(c.completedAt()),
                  c.user().orElse(UNKNOWN),
                  c.host().orElse(UNKNOWN),
                  c.duration().map(Text::duration).orElse(UNKNOWN),
                  Long.toString(c.size()),
                  "completed"));
    }
    for (Lookup.Invalid p : inventory.invalid()) {
      rows.put(
          p.stage(),
          () ->
              table.row(
                  p.stage(),
                  UNKNOWN,
                  UNKNOWN,
                  UNKNOWN,
                  UNKNOWN,
                  UNKNOWN,
                  p.kind().name().toLowerCase(Locale.ROOT) + ": " + p.reason()));
    }
    rows.values().forEach(Runnable::run);
    return table;
  }
}
