package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.internal.pipeline.declaration.Components;
import io.github.checkpointmanager.internal.pipeline.declaration.Topology;
import io.github.checkpointmanager.internal.record.Header;
import io.github.checkpointmanager.internal.record.StageName;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Refuses declarations that cannot be run or recorded. Pure. */
final class DeclarationCheck {
  /** Of the 60 KiB of a record's head; the rest is for metadata and common headers. */
  private static final int MOST_HEADER_BYTES = 40 * 1024;

  /** For a digest, a size and the characters around them. */
  private static final int BYTES_OF_A_VALUE = 128;

  private DeclarationCheck() {}

  static Map<String, PipelineStage> checked(String pipeline, List<PipelineStage> stages) {
    if (stages.isEmpty()) {
      throw PipelineDefinitionException.pipeline(
          "the pipeline " + quoted(pipeline) + " has no stage", "Declare one");
    }
    Map<String, PipelineStage> byName = new LinkedHashMap<>();
    for (PipelineStage stage : stages) {
      checkName(stage.name());
      if (byName.put(stage.name(), stage) != null) {
        throw PipelineDefinitionException.stage(
            stage.name(), stage.name(), "there are two stages of this name", "Rename one of them");
      }
      checkDeclared(stage);
    }
    for (PipelineStage stage : stages) {
      for (String before : stage.after()) {
        if (!byName.containsKey(before)) {
          throw PipelineDefinitionException.unknownUpstream(stage.name(), before, byName.keySet());
        }
      }
    }
    Topology.cycle(Pipeline.after(byName))
        .ifPresent(
            cycle -> {
              throw PipelineDefinitionException.cycle(pipeline, cycle);
            });
    OverlapCheck.check(byName);
    return byName;
  }

  /** Refuses inputs and outputs that no source can identify, before anything runs. */
  static void checkSources(Pipeline pipeline, List<InputSource> sources) {
    for (PipelineStage stage : pipeline.order()) {
      stage.inputs().stream()
          .filter(input -> input.digest().isEmpty())
          .forEach(input -> checkSource(stage, "input", input.name(), sources));
      stage.outputs().forEach(output -> checkSource(stage, "output", output, sources));
    }
  }

  private static void checkSource(
      PipelineStage stage, String kind, String name, List<InputSource> sources) {
    if (sources.stream().noneMatch(source -> source.knows(name))) {
      throw PipelineDefinitionException.stage(
          stage.name(),
          name,
          "its " + kind + " " + quoted(name) + " is an address of a kind that cannot be read here",
          "Name a file, a directory or an s3:// object; in Java, give the runner an InputSource for"
              + " it (S3Inputs for s3://)");
    }
  }

  private static void checkName(String name) {
    try {
      StageName.checkpointKey(name);
    } catch (IllegalArgumentException e) {
      throw PipelineDefinitionException.stage(
          name, name, "a name is non-empty, valid Unicode text", "Correct the name");
    }
  }

  private static void checkDeclared(PipelineStage stage) {
    int bytes = 0;
    int ofDependencies = 0;
    try {
      Set<String> inputs = new HashSet<>();
      for (StageInput input : stage.inputs()) {
        checkNotEmpty(input.name());
        bytes += BYTES_OF_A_VALUE + Header.input(Components.ofInput(input.name())).length();
        if (!inputs.add(input.name())) {
          throw twice(stage, "input", input.name());
        }
      }
      Set<String> outputs = new HashSet<>();
      for (String output : stage.outputs()) {
        bytes += BYTES_OF_A_VALUE + Header.output(output).length();
        if (!outputs.add(output)) {
          throw twice(stage, "output", output);
        }
      }
      for (Map.Entry<String, String> param : stage.params().entrySet()) {
        checkNotEmpty(param.getKey());
        bytes += Header.input(Components.ofParam(param.getKey())).length();
        bytes += Components.value(param.getValue()).getBytes(StandardCharsets.UTF_8).length * 2;
      }
      for (String upstream : stage.after()) {
        ofDependencies += BYTES_OF_A_VALUE + Header.upstream(upstream).length();
      }
      bytes += ofDependencies;
    } catch (PipelineDefinitionException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw PipelineDefinitionException.stage(
          stage.name(),
          null,
          "the name of an input, an output or a parameter is empty or is not valid Unicode",
          "Correct the name");
    }
    if (bytes > MOST_HEADER_BYTES) {
      throw PipelineDefinitionException.stage(
          stage.name(),
          null,
          "its inputs, outputs, parameters and dependencies need about "
              + bytes
              + " bytes in its checkpoint, and the limit is "
              + MOST_HEADER_BYTES,
          ofDependencies > MOST_HEADER_BYTES / 2
              ? "It comes after "
                  + stage.after().size()
                  + " stages: let stages between gather some of them each"
              : "Declare directories instead of their files, or a digest of many things as one"
                  + " input");
    }
  }

  private static void checkNotEmpty(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("empty");
    }
  }

  private static PipelineDefinitionException twice(PipelineStage stage, String kind, String name) {
    return PipelineDefinitionException.stage(
        stage.name(),
        name,
        "it declares the " + kind + " " + quoted(name) + " twice",
        "Remove one");
  }
}
