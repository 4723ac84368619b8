package io.github.checkpointmanager.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.StageStatus;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The documents of {@code --output json} that tell of claims; see {@link Json}. */
public final class ClaimJson {
  private ClaimJson() {}

  public static JsonNode orNull(@Nullable ClaimInfo holder) {
    return holder == null ? JsonNodeFactory.instance.nullNode() : holder(holder);
  }

  private static ObjectNode holder(ClaimInfo holder) {
    return Json.object()
        .put("user", holder.user())
        .put("host", holder.host())
        .put("process", holder.process())
        .put("attempt", holder.attempt())
        .put("fencingToken", holder.fencingToken().stream().boxed().findFirst().orElse(null))
        .put("startedAt", holder.startedAt().toString())
        .put("renewedAt", holder.renewedAt().toString())
        .put("until", holder.until().toString())
        .put("failures", holder.failures())
        .put("note", holder.note().orElse(null));
  }

  public static ArrayNode stages(List<StageStatus> stages) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    stages.forEach(stage -> array.add(stage(stage)));
    return array;
  }

  private static ObjectNode stage(StageStatus status) {
    ObjectNode node =
        Json.object()
            .put("stage", status.stage())
            .put("state", status.state().name().toLowerCase(Locale.ROOT))
            .put("presumed", status.presumed());
    node.set("holder", orNull(status.holder().orElse(null)));
    node.set("checkpoint", Json.orNull(status.checkpoint().orElse(null)));
    return node.put("detail", status.detail());
  }

  public static ArrayNode locations(List<LocationStatus> locations) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (LocationStatus location : locations) {
      array.addObject().put("path", location.path()).set("stages", stages(location.stages()));
    }
    return array;
  }

  public static ObjectNode released(String stage, @Nullable ClaimInfo holder) {
    ObjectNode node = Json.object().put("stage", stage).put("released", holder != null);
    node.set("holder", orNull(holder));
    return node;
  }
}
