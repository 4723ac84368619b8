package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.pipeline.StageInput.InputDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one stage: its task, the stages before it, what its result depends on, and
 * what it makes. Immutable, and as thread-safe as its tasks. Made by {@link #of}; {@link
 * Pipeline.Builder#build} checks the names.
 *
 * @param after the stages that must be completed before this one, in the order of declaration
 * @param params the parameters, in the order of declaration
 * @param codeVersion identifies the code that does the work: a commit, a version, a digest
 * @param outputs the files, directories or objects that the stage makes
 * @param lease of its claim; empty for the lease of the runner
 * @param maxAttempts how often it may fail before it is no longer tried; 0 for no limit. Claims
 *     count it
 * @param compensation the task that undoes the stage, for a rollback
 */
public record PipelineStage(
    String name,
    PipelineTask task,
    Set<String> after,
    List<StageInput> inputs,
    Map<String, String> params,
    Optional<String> codeVersion,
    List<String> outputs,
    Optional<Duration> lease,
    long maxAttempts,
    Optional<PipelineTask> compensation) {
  public PipelineStage {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(task, "task");
    after = Collections.unmodifiableSet(new LinkedHashSet<>(after));
    inputs = List.copyOf(inputs);
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    outputs = List.copyOf(outputs);
    if (maxAttempts < 0) {
      throw new IllegalArgumentException("maxAttempts is negative: " + maxAttempts);
    }
  }

  /** Starts the declaration of a stage. */
  public static Builder of(String name, PipelineTask task) {
    return new Builder(name, task);
  }

  /** Returns a copy that depends on one more stage. */
  PipelineStage alsoAfter(String stage) {
    Set<String> more = new LinkedHashSet<>(after);
    more.add(stage);
    return new PipelineStage(
        name, task, more, inputs, params, codeVersion, outputs, lease, maxAttempts, compensation);
  }

  @Override
  public String toString() {
    return "PipelineStage[" + name + ", after " + after + "]";
  }

  /** Collects the declaration of a stage. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final PipelineTask task;
    private final Set<String> after = new LinkedHashSet<>();
    private final List<StageInput> inputs = new ArrayList<>();
    private final Map<String, String> params = new LinkedHashMap<>();
    private @Nullable String codeVersion;
    private final List<String> outputs = new ArrayList<>();
    private @Nullable Duration lease;
    private long maxAttempts;
    private @Nullable PipelineTask compensation;

    private Builder(String name, PipelineTask task) {
      this.name = Objects.requireNonNull(name, "name");
      this.task = Objects.requireNonNull(task, "task");
    }

    /** Adds stages that must be completed before this one. */
    public Builder after(String... stages) {
      after.addAll(List.of(stages));
      return this;
    }

    /** Adds files, directories or objects that it reads. */
    public Builder inputs(String... pathsOrAddresses) {
      List.of(pathsOrAddresses).forEach(path -> inputs.add(StageInput.at(path)));
      return this;
    }

    /** Adds another thing that it reads, whose content the caller identifies. */
    public Builder input(String inputName, InputDigest digest) {
      inputs.add(StageInput.of(inputName, Objects.requireNonNull(digest, "digest")));
      return this;
    }

    /**
     * Adds a parameter that its result depends on. Never a secret: the value is stored readable, or
     * its SHA-256 if it is longer than 200 characters.
     */
    public Builder param(String key, String value) {
      params.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Adds parameters; as {@link #param}. */
    public Builder params(Map<String, String> more) {
      more.forEach(this::param);
      return this;
    }

    /** Identifies the code that does the work: a commit, a version, a digest. */
    public Builder codeVersion(String text) {
      codeVersion = Objects.requireNonNull(text, "text");
      return this;
    }

    /** Adds files, directories or objects that it makes: they must exist when its task returns. */
    public Builder outputs(String... pathsOrAddresses) {
      outputs.addAll(List.of(pathsOrAddresses));
      return this;
    }

    /** Sets the lease of its claim, for runners that claim; at least 5 s. */
    public Builder lease(Duration duration) {
      lease = Objects.requireNonNull(duration, "duration");
      return this;
    }

    /**
     * Sets how often it may fail before it is no longer tried: counted over all workers and runs
     * since the last clear, by runners that claim. 0, the default, for no limit.
     */
    public Builder maxAttempts(long value) {
      maxAttempts = value;
      return this;
    }

    /** Sets the task that undoes it. Must be idempotent: a rollback may run it more than once. */
    public Builder compensation(PipelineTask undo) {
      compensation = Objects.requireNonNull(undo, "undo");
      return this;
    }

    /**
     * Makes the stage.
     *
     * @throws IllegalArgumentException when {@link #maxAttempts} is negative
     */
    public PipelineStage build() {
      return new PipelineStage(
          name,
          task,
          after,
          inputs,
          params,
          Optional.ofNullable(codeVersion),
          outputs,
          Optional.ofNullable(lease),
          maxAttempts,
          Optional.ofNullable(compensation));
    }
  }
}
