package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.CheckpointException;
import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.UnsupportedStoreException;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.internal.pipeline.declaration.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The stages that a command line names to be deleted, and those of them that are not there: a typo
 * is not to be confirmed as done. What another worker writes meanwhile is not seen. Immutable.
 *
 * @param count how many are named
 * @param absent those that have nothing to delete, sorted
 */
public record NamedStages(int count, List<Absent> absent) {
  private static final int SHOWN = 15;

  /** None is named: all of the location are meant. */
  public static final NamedStages NONE = new NamedStages(0, List.of());

  /**
   * A name that has no checkpoint and no claim, nor, for a purge, a history.
   *
   * @param nearest the stage of the location that has the most similar name
   */
  public record Absent(String stage, Optional<String> nearest) {
    @Override
    public String toString() {
      return "'" + stage + "'" + nearest.map(name -> " (nearest: '" + name + "')").orElse("");
    }
  }

  /**
   * Looks for the named stages. 1 LIST for each 1,000 keys; if one has no checkpoint, as {@code
   * status} too, and for a purge the history of each such stage.
   */
  public static NamedStages find(
      CheckpointManager checkpoints, Collection<String> names, boolean purge) {
    Set<String> known = new TreeSet<>(checkpoints.completed());
    Set<String> missing = new TreeSet<>(names);
    int count = missing.size();
    missing.removeAll(known);
    if (missing.isEmpty()) {
      return new NamedStages(count, List.of());
    }
    checkpoints.status().stream().map(StageStatus::stage).forEach(known::add);
    missing.removeAll(known);
    if (purge) {
      missing.removeIf(stage -> mayHaveHistory(checkpoints, stage));
    }
    known.removeAll(names);
    return new NamedStages(
        count, missing.stream().map(s -> new Absent(s, NearestName.of(s, known))).toList());
  }

  private static boolean mayHaveHistory(CheckpointManager checkpoints, String stage) {
    try {
      return !checkpoints.history().versions(stage).isEmpty();
    } catch (UnsupportedStoreException e) {
      return false;
    } catch (CheckpointException e) {
      return true; // nobody can say that it has none
    }
  }

  /** The stages of a list that are there. */
  public List<String> present(List<String> stages) {
    Set<String> gone = absent.stream().map(Absent::stage).collect(Collectors.toSet());
    return stages.stream().filter(stage -> !gone.contains(stage)).toList();
  }

  /**
   * Such as {@code 1 of 2 stages was there: no checkpoint of 'trian' (nearest: 'train') in dir}.
   */
  public String sentence(String location) {
    int there = count - absent.size();
    return there
        + " of "
        + Text.count(count, "stage")
        + (there == 1 || count == 1 ? " was" : " were")
        + " there: no checkpoint of "
        + absent.stream().limit(SHOWN).map(Absent::toString).collect(Collectors.joining(", "))
        + (absent.size() > SHOWN ? " and " + (absent.size() - SHOWN) + " more" : "")
        + " in "
        + location;
  }
}
