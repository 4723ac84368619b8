package io.github.checkpointmanager.internal.pipeline.plan;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput;
import io.github.checkpointmanager.pipeline.PipelineSnapshot.DeclaredOutput.State;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares outputs with what was recorded of them. */
final class OutputCheck {
  private OutputCheck() {}

  static List<DeclaredOutput> compare(
      Collection<String> paths, Map<String, ContentDigest> recorded, InputsReader reader) {
    List<DeclaredOutput> seen = new ArrayList<>();
    for (String path : paths) {
      seen.add(compare(path, Optional.ofNullable(recorded.get(path)), reader));
    }
    return seen;
  }

  private static DeclaredOutput compare(
      String path, Optional<ContentDigest> recorded, InputsReader reader) {
    Optional<ContentDigest> now;
    try {
      now = reader.identify(path);
    } catch (InputException e) {
      return new DeclaredOutput(path, State.UNREADABLE, LogSafe.of(String.valueOf(e.getMessage())));
    }
    if (now.isEmpty()) {
      return new DeclaredOutput(path, State.MISSING, "it is missing");
    }
    if (recorded.isEmpty()) {
      return new DeclaredOutput(path, State.UNRECORDED, "its content was not recorded");
    }
    return now.equals(recorded)
        ? new DeclaredOutput(path, State.SAME, "as recorded")
        : new DeclaredOutput(
            path,
            State.CHANGED,
            "it is " + described(now.get()) + ", and was " + described(recorded.get()));
  }

  private static String described(ContentDigest digest) {
    return digest.size() + " bytes with " + LogSafe.of(digest.digest());
  }
}
