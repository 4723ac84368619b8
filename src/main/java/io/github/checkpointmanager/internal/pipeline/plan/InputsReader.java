package io.github.checkpointmanager.internal.pipeline.plan;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.pipeline.declaration.Components;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.LocalFiles;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.StageInput;
import io.github.checkpointmanager.pipeline.StageInput.InputDigest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Identifies the inputs of stages. A reader reads each input once, even if several stages declare
 * it; so it serves one plan, or one stage that is about to run. For one thread.
 */
public final class InputsReader {
  private final Sources sources;
  private final Map<String, Answer> known = new TreeMap<>();

  /** The answer of a source. */
  private record Answer(Optional<ContentDigest> digest, Optional<InputException> failure) {}

  public InputsReader(Sources sources) {
    this.sources = sources;
  }

  public RecordsSnapshot.Inputs of(PipelineStage stage) {
    Map<String, String> components = new TreeMap<>();
    Map<String, String> missing = new TreeMap<>();
    Map<String, String> unreadable = new TreeMap<>();
    stage
        .params()
        .forEach((key, value) -> components.put(Components.ofParam(key), Components.value(value)));
    stage.codeVersion().ifPresent(code -> components.put(Components.CODE, Components.value(code)));
    for (StageInput input : stage.inputs()) {
      String component = Components.ofInput(input.name());
      try {
        Optional<String> value = identity(input);
        value.ifPresent(text -> components.put(component, text));
        if (value.isEmpty()) {
          missing.put(component, "input " + quoted(input.name()) + " is missing");
        }
      } catch (InputException e) {
        unreadable.put(component, "input " + LogSafe.of(String.valueOf(e.getMessage())));
      }
    }
    return new RecordsSnapshot.Inputs(components, missing, unreadable);
  }

  private Optional<String> identity(StageInput input) throws InputException {
    if (input.digest().isPresent()) {
      return Optional.of(Components.value(computed(input.name(), input.digest().get())));
    }
    return identify(input.name()).map(ContentDigest::digest);
  }

  private static String computed(String name, InputDigest digest) throws InputException {
    try {
      String text = digest.compute();
      if (text != null) {
        return text;
      }
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new InputException(
          quoted(name)
              + " cannot be identified: its digest threw "
              + e.getClass().getName()
              + (e.getMessage() == null ? "" : ": " + e.getMessage())
              + ". Fix that, and run again.",
          e);
    }
    throw new InputException(
        quoted(name) + " cannot be identified: its digest is null. Give it a text.");
  }

  /** Asks the sources, once for each name. */
  public Optional<ContentDigest> identify(String name) throws InputException {
    Answer answer = known.computeIfAbsent(name, this::ask);
    if (answer.failure().isPresent()) {
      throw answer.failure().get();
    }
    return answer.digest();
  }

  private Answer ask(String name) {
    try {
      return new Answer(sources.identify(name), Optional.empty());
    } catch (InputException e) {
      return new Answer(Optional.empty(), Optional.of(e));
    }
  }

  /** Sources of inputs and outputs; the first that knows a name is asked. Thread-safe. */
  public static final class Sources {
    private final List<InputSource> sources;

    private Sources(List<InputSource> sources) {
      this.sources = sources;
    }

    /** The caller's sources, then local files below the working directory. */
    public static Sources of(List<InputSource> callers) {
      List<InputSource> all = new ArrayList<>(callers);
      all.add(LocalFiles.below(Path.of("")));
      return new Sources(List.copyOf(all));
    }

    private Optional<ContentDigest> identify(String name) throws InputException {
      for (InputSource source : sources) {
        if (source.knows(name)) {
          return source.identify(name);
        }
      }
      throw new InputException(
          quoted(name)
              + " cannot be identified: no source knows addresses of this kind. Give the runner a"
              + " source for it (S3Inputs for s3://), or declare a digest of your own.");
    }
  }
}
