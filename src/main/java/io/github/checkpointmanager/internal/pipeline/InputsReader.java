package io.github.checkpointmanager.internal.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.pipeline.declaration.Components;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.Reason;
import io.github.checkpointmanager.pipeline.Reason.Code;
import io.github.checkpointmanager.pipeline.StageInput;
import io.github.checkpointmanager.pipeline.StageInput.InputDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Identifies the inputs of stages. A reader reads each input once, even if several stages declare
 * it; so it serves one plan, or one stage that is about to run. For one thread.
 */
final class InputsReader {
  private final Pipeline pipeline;
  private final List<InputSource> sources;
  private final Map<String, Answer> known = new TreeMap<>();

  /** The answer of a source. */
  private record Answer(Optional<ContentDigest> digest, Optional<InputException> failure) {}

  /**
   * @param pipeline tells which stage makes a missing input
   * @param sources the first that knows a name is asked
   */
  InputsReader(Pipeline pipeline, List<InputSource> sources) {
    this.pipeline = pipeline;
    this.sources = sources;
  }

  RecordsSnapshot.Inputs of(PipelineStage stage) {
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
          missing.put(component, missing(input));
        }
      } catch (InputException e) {
        unreadable.put(component, unreadable(e));
      }
    }
    return new RecordsSnapshot.Inputs(components, missing, unreadable);
  }

  /**
   * Why a stage could not run now: declared inputs that are missing or that cannot be read. Reads
   * no content, and asks no digest of the caller's.
   */
  List<Reason> obstacles(PipelineStage stage) {
    List<Reason> obstacles = new ArrayList<>();
    for (StageInput input : stage.inputs()) {
      if (input.digest().isPresent()) {
        continue;
      }
      try {
        if (!source(input.name()).exists(input.name())) {
          obstacles.add(new Reason(Code.INPUT_MISSING, missing(input)));
        }
      } catch (InputException e) {
        obstacles.add(new Reason(Code.INPUT_UNREADABLE, unreadable(e)));
      }
    }
    return obstacles;
  }

  private String missing(StageInput input) {
    String what = "input " + quoted(input.name()) + " is missing";
    return pipeline.stages().stream()
        .filter(stage -> stage.outputs().contains(input.name()))
        .findFirst()
        .map(
            maker ->
                what
                    + ", which the stage "
                    + quoted(maker.name())
                    + " makes: run that stage again, or run with --check-outputs")
        .orElse(what);
  }

  private static String unreadable(InputException e) {
    return "input " + LogSafe.of(String.valueOf(e.getMessage()));
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
      String thrown =
          e.getClass().getName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
      throw new InputException(
          quoted(name)
              + " cannot be identified: its digest threw "
              + thrown
              + ". Fix that, and run again.",
          e);
    }
    throw new InputException(
        quoted(name) + " cannot be identified: its digest is null. Give it a text.");
  }

  /** Asks the sources, once for each name. */
  Optional<ContentDigest> identify(String name) throws InputException {
    Answer answer = known.computeIfAbsent(name, this::ask);
    if (answer.failure().isPresent()) {
      throw answer.failure().get();
    }
    return answer.digest();
  }

  private Answer ask(String name) {
    try {
      return new Answer(source(name).identify(name), Optional.empty());
    } catch (InputException e) {
      return new Answer(Optional.empty(), Optional.of(e));
    }
  }

  private InputSource source(String name) throws InputException {
    for (InputSource source : sources) {
      if (source.knows(name)) {
        return source;
      }
    }
    throw new InputException(
        quoted(name)
            + " cannot be identified: no source knows addresses of this kind. Name a file, a"
            + " directory or an s3:// object.");
  }
}
