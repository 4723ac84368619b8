package io.github.checkpointmanager.cli.output;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.RestoreResult;
import java.util.List;
import java.util.Locale;

/** The documents of {@code history} and {@code restore}; as {@link Json}. */
public final class HistoryJson {
  private HistoryJson() {}

  public static ArrayNode versions(List<CheckpointVersion> versions) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    versions.forEach(version -> array.add(version(version)));
    return array;
  }

  private static ObjectNode version(CheckpointVersion version) {
    ObjectNode node =
        Json.object()
            .put("stage", version.stage())
            .put("version", version.versionId())
            .put("storedAt", version.storedAt().toString())
            .put("size", version.size())
            .put("latest", version.latest())
            .put("state", state(version))
            .put("reason", version.problem().map(Lookup.Invalid::reason).orElse(null));
    node.set("checkpoint", Json.orNull(version.checkpoint().orElse(null)));
    return node;
  }

  private static String state(CheckpointVersion version) {
    if (version.deletion()) {
      return "deleted";
    }
    return version
        .problem()
        .map(problem -> problem.kind().name().toLowerCase(Locale.ROOT))
        .orElseGet(
            () ->
                version.checkpoint().flatMap(c -> c.restoredAt()).isPresent()
                    ? "restored"
                    : "completed");
  }

  public static ObjectNode restored(RestoreResult result) {
    ObjectNode node =
        Json.object()
            .put("stage", result.checkpoint().stage())
            .put("result", result.outcome().name().toLowerCase(Locale.ROOT))
            .put("version", result.versionId());
    node.set("checkpoint", Json.checkpoint(result.checkpoint()));
    node.set("replaced", Json.orNull(result.replaced().orElse(null)));
    return node;
  }
}
