package io.github.checkpointmanager.pipeline.rollback;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.internal.pipeline.declaration.Components;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A parameter of a compensation: a stage is undone with the values with which it ran. Immutable.
 *
 * @param name the parameter
 * @param value what the compensation gets; empty when it gets none
 * @param declared what the pipeline declares now; empty when it declares none
 * @param source where the value comes from
 */
public record StepParameter(
    String name, Optional<String> value, Optional<String> declared, Source source) {
  /** Where the value of a parameter comes from. */
  public enum Source {
    /** The checkpoint says with which value the stage ran, or that it ran without. */
    RECORDED,
    /** The checkpoint records no parameters: the value is the declared one. */
    DECLARED,
    /** Only the digest of the value was recorded, and it is not that of the declared value. */
    LOST
  }

  public StepParameter {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(declared, "declared");
    Objects.requireNonNull(source, "source");
  }

  /** Those of a completed stage, sorted by name. */
  static List<StepParameter> of(Checkpoint checkpoint, Map<String, String> declared) {
    Map<String, String> recorded = Components.params(checkpoint.inputs());
    boolean known = checkpoint.fingerprint().isPresent();
    TreeSet<String> names = new TreeSet<>(declared.keySet());
    names.addAll(recorded.keySet());
    List<StepParameter> all = new ArrayList<>();
    for (String name : names) {
      Optional<String> now = Optional.ofNullable(declared.get(name));
      Optional<String> then = Optional.ofNullable(recorded.get(name));
      all.add(
          known ? recorded(name, then, now) : new StepParameter(name, now, now, Source.DECLARED));
    }
    return all;
  }

  private static StepParameter recorded(String name, Optional<String> then, Optional<String> now) {
    if (then.isEmpty() || Components.isReadable(then.get())) {
      return new StepParameter(name, then, now, Source.RECORDED);
    }
    return now.map(Components::value).equals(then)
        ? new StepParameter(name, now, now, Source.RECORDED)
        : new StepParameter(name, Optional.empty(), now, Source.LOST);
  }

  /** Whether the compensation gets what the pipeline declares now, and the stage ran with it. */
  public boolean isAsDeclared() {
    return source == Source.RECORDED && value.equals(declared);
  }

  /** What a person should know about it, such as {@code parameter 'lr' is 0.1 as recorded}. */
  public String description() {
    String parameter = "parameter " + quoted(name);
    String instead = declared.map(now -> ", not " + Components.shown(now)).orElse("");
    return switch (source) {
      case RECORDED ->
          value
              .map(used -> parameter + " is " + Components.shown(used) + " as recorded" + instead)
              .orElseGet(() -> parameter + " is not set: the stage ran without it");
      case DECLARED ->
          parameter
              + " was not recorded, and is "
              + value.map(Components::shown).orElse("not set")
              + " as declared now";
      case LOST -> parameter + " is not known: only the digest of its value was recorded";
    };
  }
}
