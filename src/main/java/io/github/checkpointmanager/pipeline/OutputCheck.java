package io.github.checkpointmanager.pipeline;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.OutputSeen.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares outputs with what was recorded of them. Thread-safe. */
public final class OutputCheck {
  private final Sources sources;

  /**
   * @param sources where outputs are looked up, the first that knows a name; local files below the
   *     working directory come last and need not be given
   */
  public OutputCheck(List<InputSource> sources) {
    this.sources = Sources.of(sources);
  }

  /** Everything that a checkpoint says was made. */
  public List<OutputSeen> recorded(CheckpointFacts facts) {
    return compare(facts.outputs().keySet(), facts.outputs(), new InputsReader(sources));
  }

  /** What the stage declares, compared with what its checkpoint says. */
  public List<OutputSeen> declared(PipelineStage stage, CheckpointFacts facts) {
    return compare(stage.outputs(), facts.outputs(), new InputsReader(sources));
  }

  static List<OutputSeen> compare(
      Collection<String> paths, Map<String, ContentDigest> recorded, InputsReader reader) {
    List<OutputSeen> seen = new ArrayList<>();
    for (String path : paths) {
      seen.add(compare(path, Optional.ofNullable(recorded.get(path)), reader));
    }
    return seen;
  }

  private static OutputSeen compare(
      String path, Optional<ContentDigest> recorded, InputsReader reader) {
    Optional<ContentDigest> now;
    try {
      now = reader.identify(path);
    } catch (InputException e) {
      return new OutputSeen(path, State.UNREADABLE, LogSafe.of(String.valueOf(e.getMessage())));
    }
    if (now.isEmpty()) {
      return new OutputSeen(path, State.MISSING, "it is missing");
    }
    if (recorded.isEmpty()) {
      return new OutputSeen(path, State.UNRECORDED, "its content was not recorded");
    }
    return now.equals(recorded)
        ? new OutputSeen(path, State.SAME, "as recorded")
        : new OutputSeen(
            path,
            State.CHANGED,
            "it is " + described(now.get()) + ", and was " + described(recorded.get()));
  }

  private static String described(ContentDigest digest) {
    return digest.size() + " bytes with " + LogSafe.of(digest.digest());
  }
}
