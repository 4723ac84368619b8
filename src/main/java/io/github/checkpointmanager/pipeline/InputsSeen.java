package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.Fingerprint;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a stage's result would depend on if it ran now. Immutable.
 *
 * @param components of the fingerprint, name to value; without those below
 * @param missing inputs that are not there: component to what is missing, in words
 * @param unreadable inputs that cannot be told: component to why, in words
 */
public record InputsSeen(
    Map<String, String> components, Map<String, String> missing, Map<String, String> unreadable) {
  public InputsSeen {
    components = Collections.unmodifiableMap(new TreeMap<>(components));
    missing = Collections.unmodifiableMap(new TreeMap<>(missing));
    unreadable = Collections.unmodifiableMap(new TreeMap<>(unreadable));
  }

  /** Whether every input was identified. */
  public boolean isComplete() {
    return missing.isEmpty() && unreadable.isEmpty();
  }

  /**
   * The fingerprint.
   *
   * @throws IllegalStateException unless {@link #isComplete()}
   */
  public Fingerprint fingerprint() {
    if (!isComplete()) {
      throw new IllegalStateException("not all inputs were identified: " + missing + unreadable);
    }
    return Fingerprint.of(components);
  }
}
