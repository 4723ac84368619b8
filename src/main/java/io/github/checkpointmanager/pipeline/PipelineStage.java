package io.github.checkpointmanager.pipeline;

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
 * One stage as it is declared: its task, what it comes after, what its result depends on, and what
 * it makes. Immutable, and as thread-safe as its tasks. Names are checked when the pipeline is
 * built.
 */
public final class PipelineStage {
  private final String name;
  private final PipelineTask task;
  private final Set<String> after;
  private final List<StageInput> inputs;
  private final Map<String, String> params;
  private final @Nullable String codeVersion;
  private final List<String> outputs;
  private final @Nullable Duration lease;
  private final long maxAttempts;
  private final @Nullable PipelineTask compensation;

  private PipelineStage(Builder builder, Set<String> after) {
    this.name = builder.name;
    this.task = builder.task;
    this.after = Collections.unmodifiableSet(new LinkedHashSet<>(after));
    this.inputs = List.copyOf(builder.inputs);
    this.params = Collections.unmodifiableMap(new LinkedHashMap<>(builder.params));
    this.codeVersion = builder.codeVersion;
    this.outputs = List.copyOf(builder.outputs);
    this.lease = builder.lease;
    this.maxAttempts = builder.maxAttempts;
    this.compensation = builder.compensation;
  }

  /** Starts the declaration of a stage. */
  public static Builder of(String name, PipelineTask task) {
    return new Builder(name, task);
  }

  public String name() {
    return name;
  }

  public PipelineTask task() {
    return task;
  }

  /** The stages that must be done before this one, in the order they were declared. */
  public Set<String> after() {
    return after;
  }

  public List<StageInput> inputs() {
    return inputs;
  }

  /** The parameters, in the order they were declared. */
  public Map<String, String> params() {
    return params;
  }

  /** What identifies the code that does the work: a commit, a version, a digest. */
  public Optional<String> codeVersion() {
    return Optional.ofNullable(codeVersion);
  }

  /** The files, directories or objects that the stage makes. */
  public List<String> outputs() {
    return outputs;
  }

  /** The lease of its claim; empty for the runner's. */
  public Optional<Duration> lease() {
    return Optional.ofNullable(lease);
  }

  /** After how many failures nobody tries it again; 0 for no limit. Counted by claims. */
  public long maxAttempts() {
    return maxAttempts;
  }

  /** What undoes the stage, for a rollback. */
  public Optional<PipelineTask> compensation() {
    return Optional.ofNullable(compensation);
  }

  /** The same stage, after one more. */
  PipelineStage alsoAfter(String stage) {
    Builder copy = new Builder(name, task);
    copy.inputs.addAll(inputs);
    copy.params.putAll(params);
    copy.codeVersion = codeVersion;
    copy.outputs.addAll(outputs);
    copy.lease = lease;
    copy.maxAttempts = maxAttempts;
    copy.compensation = compensation;
    Set<String> more = new LinkedHashSet<>(after);
    more.add(stage);
    return new PipelineStage(copy, more);
  }

  @Override
  public String toString() {
    return "PipelineStage[" + name + ", after " + after + "]";
  }

  /** The declaration of a stage. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final PipelineTask task;
    private final List<String> after = new ArrayList<>();
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

    /** Runs only when these are done. May be called more than once. */
    public Builder after(String... stages) {
      after.addAll(List.of(stages));
      return this;
    }

    /** Files, directories or objects that it reads. May be called more than once. */
    public Builder inputs(String... pathsOrAddresses) {
      List.of(pathsOrAddresses).forEach(path -> inputs.add(StageInput.at(path)));
      return this;
    }

    /** Something else that it reads, whose content the caller identifies. */
    public Builder input(String inputName, InputDigest digest) {
      inputs.add(StageInput.of(inputName, Objects.requireNonNull(digest, "digest")));
      return this;
    }

    /**
     * A parameter that its result depends on. Never a secret: it is stored readable, or its SHA-256
     * if it is longer than 200 characters.
     */
    public Builder param(String key, String value) {
      params.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Parameters; as {@link #param}. */
    public Builder params(Map<String, String> more) {
      more.forEach(this::param);
      return this;
    }

    /** What identifies the code that does the work: a commit, a version, a digest. */
    public Builder codeVersion(String text) {
      codeVersion = Objects.requireNonNull(text, "text");
      return this;
    }

    /** Files, directories or objects that it makes: they must be there when its task returns. */
    public Builder outputs(String... pathsOrAddresses) {
      outputs.addAll(List.of(pathsOrAddresses));
      return this;
    }

    /** The lease of its claim, where the runner claims; at least 5 s. */
    public Builder lease(Duration duration) {
      lease = Objects.requireNonNull(duration, "duration");
      return this;
    }

    /**
     * After how many failures, of all workers and runs since the last clear, nobody tries it again;
     * 0, the default, for no limit. Counted where the runner claims.
     */
    public Builder maxAttempts(long value) {
      if (value < 0) {
        throw new IllegalArgumentException("maxAttempts is negative: " + value);
      }
      maxAttempts = value;
      return this;
    }

    /** What undoes the stage. Must be idempotent: a rollback may run it more than once. */
    public Builder compensation(PipelineTask undo) {
      compensation = Objects.requireNonNull(undo, "undo");
      return this;
    }

    public PipelineStage build() {
      return new PipelineStage(this, new LinkedHashSet<>(after));
    }
  }
}
