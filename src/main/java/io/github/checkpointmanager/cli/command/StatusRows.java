package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.StageState;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where stages stand, as a table. Pure functions. */
final class StatusRows {
  private static final String NONE = "-";
  private static final String PRESUMED = "presumed";

  private static final List<String> COLUMNS =
      List.of("STAGE", "STATE", "ATTEMPT", "WHO", "SINCE", "UNTIL", "FAILURES", "DETAIL");

  private StatusRows() {}

  static List<String> of(List<StageStatus> stages) {
    Table table = new Table(COLUMNS.toArray(String[]::new));
    stages.forEach(stage -> table.row(cells(stage).toArray(String[]::new)));
    return table.lines();
  }

  /** With the location first; that which was asked about is a dot. */
  static List<String> ofLocations(List<LocationStatus> locations) {
    Table table = new Table(with("LOCATION", COLUMNS));
    for (LocationStatus location : locations) {
      String path = location.path().isEmpty() ? "." : location.path();
      location.stages().forEach(stage -> table.row(with(path, cells(stage))));
    }
    return table.lines();
  }

  private static String[] with(String first, List<String> rest) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(rest);
    return all.toArray(String[]::new);
  }

  private static List<String> cells(StageStatus status) {
    List<String> cells =
        new ArrayList<>(List.of(status.stage(), status.state().name().toLowerCase(Locale.ROOT)));
    Optional<ClaimInfo> holder = status.holder();
    Optional<Checkpoint> checkpoint = status.checkpoint();
    if (holder.isPresent()) {
      cells.addAll(claimed(holder.get(), status.state()));
    } else if (checkpoint.isPresent()) {
      cells.addAll(completed(checkpoint.get()));
    } else {
      cells.addAll(List.of(NONE, NONE, NONE, NONE, NONE));
      cells.add(status.presumed() ? PRESUMED : orNone(status.detail()));
    }
    return cells;
  }

  private static List<String> claimed(ClaimInfo holder, StageState state) {
    boolean running = state == StageState.RUNNING || state == StageState.LATE;
    return List.of(
        Long.toString(holder.attempt()),
        holder.user() + "@" + holder.host() + " (" + holder.process() + ")",
        Text.seconds(running ? holder.startedAt() : holder.renewedAt()),
        running ? Text.seconds(holder.until()) : NONE,
        Long.toString(holder.failures()),
        holder.note().orElse(NONE));
  }

  private static List<String> completed(Checkpoint checkpoint) {
    Instant since = checkpoint.completedAt();
    String user = checkpoint.user().orElse(NONE);
    return List.of(
        checkpoint.attempt().isPresent() ? Long.toString(checkpoint.attempt().getAsLong()) : NONE,
        checkpoint.host().map(host -> user + "@" + host).orElse(user),
        Text.seconds(since),
        NONE,
        NONE,
        NONE);
  }

  private static String orNone(String text) {
    return text.isEmpty() ? NONE : text;
  }
}
