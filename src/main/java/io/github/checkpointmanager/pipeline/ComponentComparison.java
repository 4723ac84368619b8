package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.internal.pipeline.declaration.Components;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * One thing that a stage's result depends on, then and now: a component of its fingerprint, or the
 * checkpoint of a stage before it. Immutable.
 *
 * @param name of the component ({@code inputs.data/raw.csv}, {@code params.lr}, {@code code}) or of
 *     the stage
 * @param before the recorded value; empty when none was recorded
 * @param after the value now; empty when there is none, or when it could not be read
 */
public record ComponentComparison(String name, Optional<String> before, Optional<String> after) {
  public ComponentComparison {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
  }

  /** Compares two sets of components, sorted by name. */
  public static List<ComponentComparison> between(
      Map<String, String> before, Map<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    return names.stream()
        .map(
            name ->
                new ComponentComparison(
                    name,
                    Optional.ofNullable(before.get(name)),
                    Optional.ofNullable(after.get(name))))
        .toList();
  }

  public boolean isChanged() {
    return !before.equals(after);
  }

  /**
   * What changed, such as {@code input 'data/raw.csv' changed} or {@code parameter 'lr' changed
   * from 0.1 to 0.2}.
   */
  public String sentence() {
    String what = Components.described(name);
    if (!isChanged()) {
      return what + " is unchanged";
    }
    if (before.isEmpty()) {
      return what + " was added";
    }
    if (after.isEmpty()) {
      return what + " was removed";
    }
    boolean readable = Components.isReadable(before.get()) && Components.isReadable(after.get());
    return readable && !Components.isInput(name)
        ? what
            + " changed from "
            + Components.shown(before.get())
            + " to "
            + Components.shown(after.get())
        : what + " changed";
  }
}
