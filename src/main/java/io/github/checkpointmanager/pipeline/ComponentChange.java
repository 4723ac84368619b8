package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.internal.pipeline.declaration.Components;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A component of a fingerprint that is another than before. Immutable.
 *
 * @param component its name: {@code inputs.data/raw.csv}, {@code params.lr}, {@code code}
 * @param before its value then; empty when it was not declared
 * @param after its value now; empty when it is not declared any more, or could not be told
 */
public record ComponentChange(String component, Optional<String> before, Optional<String> after) {
  public ComponentChange {
    Objects.requireNonNull(component, "component");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
  }

  /** What differs between two sets of components, by name. */
  public static List<ComponentChange> between(
      Map<String, String> before, Map<String, String> after) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    List<ComponentChange> changes = new ArrayList<>();
    for (String name : names) {
      Optional<String> old = Optional.ofNullable(before.get(name));
      Optional<String> now = Optional.ofNullable(after.get(name));
      if (!old.equals(now)) {
        changes.add(new ComponentChange(name, old, now));
      }
    }
    return changes;
  }

  /**
   * Such as {@code input 'data/raw.csv' changed} or {@code parameter 'lr' changed from 0.1 to 0.2}.
   */
  public String sentence() {
    String what = Components.described(component);
    if (before.isEmpty()) {
      return what + " was added";
    }
    if (after.isEmpty()) {
      return what + " was removed";
    }
    boolean readable = Components.isReadable(before.get()) && Components.isReadable(after.get());
    return readable && !Components.isInput(component)
        ? what
            + " changed from "
            + Components.shown(before.get())
            + " to "
            + Components.shown(after.get())
        : what + " changed";
  }
}
