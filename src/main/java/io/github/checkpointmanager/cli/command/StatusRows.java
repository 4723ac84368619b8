package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.cli.output.Table;
import java.util.ArrayList;
import java.util.List;

/** The states of stages, as a table. Pure functions. */
final class StatusRows {
  private static final List<String> COLUMNS =
      List.of("STAGE", "STATE", "ATTEMPT", "WHO", "SINCE", "UNTIL", "FAILURES", "DETAIL");

  private StatusRows() {}

  /**
   * Rows with their heading; none without stages.
   *
   * @param named whether the location is the first column; that which was asked about is a dot
   */
  static List<String> of(List<LocationStatus> locations, boolean named) {
    if (locations.stream().allMatch(location -> location.stages().isEmpty())) {
      return List.of();
    }
    List<String> columns = new ArrayList<>(COLUMNS);
    if (named) {
      columns.add(0, "LOCATION");
    }
    Table table = new Table(columns.toArray(String[]::new));
    for (LocationStatus location : locations) {
      for (StageStatus stage : location.stages()) {
        List<Object> cells = new ArrayList<>(List.of(stage.stage(), stage.state()));
        cells.addAll(details(stage));
        if (named) {
          cells.add(0, location.path().isEmpty() ? "." : location.path());
        }
        table.row(cells.toArray());
      }
    }
    return table.lines();
  }

  private static List<Object> details(StageStatus status) {
    return status
        .holder()
        .map(holder -> claimed(holder, status.state()))
        .or(() -> status.checkpoint().map(StatusRows::completed))
        .orElseGet(
            () -> {
              String detail = status.detail().isEmpty() ? Table.NONE : status.detail();
              return cells(status.presumed() ? "presumed" : detail);
            });
  }

  private static List<Object> cells(String detail) {
    return List.of(Table.NONE, Table.NONE, Table.NONE, Table.NONE, Table.NONE, detail);
  }

  private static List<Object> claimed(ClaimInfo holder, StageState state) {
    boolean running = state == StageState.RUNNING || state == StageState.LATE;
    return List.of(
        holder.attempt(),
        holder.user() + "@" + holder.host() + " (" + holder.process() + ")",
        running ? holder.startedAt() : holder.renewedAt(),
        running ? holder.until() : Table.NONE,
        holder.failures(),
        holder.note());
  }

  private static List<Object> completed(Checkpoint checkpoint) {
    String user = checkpoint.user().orElse(Table.NONE);
    return List.of(
        checkpoint.attempt(),
        checkpoint.host().map(host -> user + "@" + host).orElse(user),
        checkpoint.completedAt(),
        Table.NONE,
        Table.NONE,
        Table.NONE);
  }
}
