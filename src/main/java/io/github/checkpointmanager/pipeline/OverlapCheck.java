package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.internal.pipeline.declaration.Topology;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Refuses files that are declared so that no run could be up to date: an output that two stages
 * make, an output in an input of the same stage, and an input that a stage makes which does not
 * come before. Names are compared as they are written, without {@code .} and {@code ..}; links are
 * not followed. Pure.
 */
final class OverlapCheck {
  /** A declared output, by its path; a directory sorts before what is in it. */
  private final NavigableMap<String, Output> outputs = new TreeMap<>();

  private final Map<String, Set<String>> after;

  private record Output(String stage, String name) {}

  private OverlapCheck(Map<String, PipelineStage> stages) {
    this.after = Pipeline.after(stages);
  }

  /**
   * Checks the declared files of all stages.
   *
   * @param stages by name, without a cycle
   * @throws PipelineDefinitionException two declarations exclude each other
   */
  static void check(Map<String, PipelineStage> stages) {
    OverlapCheck check = new OverlapCheck(stages);
    stages.values().forEach(check::addOutputs);
    stages.values().forEach(check::checkInputs);
  }

  private void addOutputs(PipelineStage stage) {
    for (String name : stage.outputs()) {
      String path = normalized(name);
      for (Output other : overlapping(path)) {
        throw PipelineDefinitionException.stage(
            stage.name(),
            name,
            other.stage().equals(stage.name())
                ? "its outputs " + quoted(other.name()) + " and " + quoted(name) + " overlap"
                : "its output "
                    + quoted(name)
                    + " overlaps the output "
                    + quoted(other.name())
                    + " of the stage "
                    + quoted(other.stage()),
            "Let each stage make files of its own");
      }
      outputs.put(path, new Output(stage.name(), name));
    }
  }

  private void checkInputs(PipelineStage stage) {
    for (StageInput input : stage.inputs()) {
      if (input.digest().isPresent()) {
        continue; // the caller's own name, of no file
      }
      for (Output output : overlapping(normalized(input.name()))) {
        if (output.stage().equals(stage.name())) {
          throw PipelineDefinitionException.stage(
              stage.name(),
              input.name(),
              "its output "
                  + quoted(output.name())
                  + " overlaps its own input "
                  + quoted(input.name())
                  + ", so it would never be up to date",
              "Declare only the files that it reads, or write the output elsewhere");
        }
        if (!comesAfter(stage.name(), output.stage())) {
          throw notBefore(stage, input.name(), output);
        }
      }
    }
  }

  private PipelineDefinitionException notBefore(PipelineStage stage, String input, Output output) {
    boolean reverse = comesAfter(output.stage(), stage.name());
    return PipelineDefinitionException.stage(
        stage.name(),
        input,
        "its input "
            + quoted(input)
            + " overlaps the output "
            + quoted(output.name())
            + " of the stage "
            + quoted(output.stage())
            + (reverse ? ", which comes after it" : ", and it does not come after that stage"),
        reverse
            ? "Declare only the files that it reads, or write the output elsewhere"
            : "Let it come after " + quoted(output.stage()));
  }

  private boolean comesAfter(String stage, String upstream) {
    Set<String> before = after.getOrDefault(stage, Set.of());
    return before.contains(upstream) || Topology.reachable(before, after).contains(upstream);
  }

  /** The outputs that are this path, are in it, or that it is in. */
  private Collection<Output> overlapping(String path) {
    List<Output> found = new ArrayList<>();
    for (String above = path; ; above = above.substring(0, above.lastIndexOf('/'))) {
      Output output = outputs.get(above);
      if (output != null) {
        found.add(output);
      }
      if (above.lastIndexOf('/') < 0) {
        break;
      }
    }
    found.addAll(outputs.subMap(path + "/", path + "0").values()); // '0' follows '/'
    return found;
  }

  /** An address as it is; a path without empty segments, {@code .} and inner {@code ..}. */
  private static String normalized(String name) {
    if (name.contains("://")) {
      return name.replaceFirst("/+$", "");
    }
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : name.split("/", -1)) {
      if (segment.equals("..") && !segments.isEmpty() && !segments.peekLast().equals("..")) {
        segments.removeLast();
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.addLast(segment);
      }
    }
    String path = String.join("/", segments);
    if (name.startsWith("/")) {
      return path.isEmpty() ? "" : "/" + path;
    }
    return path.isEmpty() ? "." : path.startsWith("..") ? path : "./" + path;
  }
}
