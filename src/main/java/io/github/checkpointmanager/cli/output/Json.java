package io.github.checkpointmanager.cli.output;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.cli.demo.PenguinDemo;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The documents of {@code --output json}. Names of fields are stable, described in {@code
 * docs/CLI.md} and held by a test; a field whose value is not known is null, never left out. Times
 * are ISO 8601 in UTC, sizes bytes.
 */
public final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** All of {@link #checkpoint(Checkpoint)} but the stage, in its order. */
  private static final List<String> CHECKPOINT_FIELDS =
      List.of(
          "completedAt",
          "storedAt",
          "user",
          "host",
          "process",
          "attempt",
          "startedAt",
          "durationSeconds",
          "size",
          "payloadType",
          "payloadSize",
          "writeId",
          "restoredFrom",
          "restoredAt",
          "restoredBy",
          "meta");

  private Json() {}

  public static String write(JsonNode document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain nodes", e);
    }
  }

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  public static ObjectNode checkpoint(Checkpoint checkpoint) {
    ObjectNode node =
        object()
            .put("stage", checkpoint.stage())
            .put("completedAt", checkpoint.completedAt().toString())
            .put("storedAt", checkpoint.storedAt().toString())
            .put("user", checkpoint.user().orElse(null))
            .put("host", checkpoint.host().orElse(null))
            .put("process", checkpoint.process().orElse(null));
    put(node, "attempt", checkpoint.attempt().stream().boxed().findFirst());
    node.put("startedAt", checkpoint.startedAt().map(Object::toString).orElse(null))
        .put("durationSeconds", checkpoint.duration().map(d -> d.toMillis() / 1000.0).orElse(null))
        .put("size", checkpoint.size())
        .put("payloadType", checkpoint.payloadType().orElse(null));
    put(node, "payloadSize", checkpoint.payloadSize().stream().boxed().findFirst());
    node.put("writeId", checkpoint.writeId().orElse(null))
        .put("restoredFrom", checkpoint.restoredFrom().orElse(null))
        .put("restoredAt", checkpoint.restoredAt().map(Object::toString).orElse(null))
        .put("restoredBy", checkpoint.restoredBy().orElse(null));
    ObjectNode meta = node.putObject("meta");
    checkpoint.meta().forEach(meta::put);
    return node;
  }

  private static void put(ObjectNode node, String name, Optional<Long> value) {
    node.put(name, value.orElse(null));
  }

  public static JsonNode orNull(@Nullable Checkpoint checkpoint) {
    return checkpoint == null ? NODES.nullNode() : checkpoint(checkpoint);
  }

  /** By stage; the fields of a record that is not valid are null. */
  public static ArrayNode list(CheckpointList inventory) {
    Map<String, ObjectNode> elements = new TreeMap<>();
    for (Checkpoint checkpoint : inventory.checkpoints()) {
      elements.put(
          checkpoint.stage(), checkpoint(checkpoint).put("state", "completed").putNull("reason"));
    }
    for (Lookup.Invalid problem : inventory.invalid()) {
      ObjectNode element = object().put("stage", problem.stage());
      CHECKPOINT_FIELDS.forEach(element::putNull);
      elements.put(problem.stage(), element.setAll(problem(problem)));
    }
    return NODES.arrayNode().addAll(elements.values());
  }

  private static ObjectNode problem(Lookup.Invalid problem) {
    return object()
        .put("stage", problem.stage())
        .put("state", lower(problem.kind()))
        .put("reason", problem.reason());
  }

  public static ObjectNode verification(String location, CheckpointList inventory) {
    ObjectNode node =
        object().put("location", location).put("valid", inventory.checkpoints().size());
    ArrayNode problems = node.putArray("problems");
    inventory.invalid().forEach(problem -> problems.add(problem(problem)));
    return node;
  }

  public static ObjectNode cleared(String location, ClearResult result) {
    ObjectNode node =
        object()
            .put("location", location)
            .put("dryRun", result.dryRun())
            .put("keys", result.keys());
    ArrayNode stages = node.putArray("stages");
    result.stages().forEach(stages::add);
    return node;
  }

  public static ObjectNode diagnosis(String location, boolean fit, List<Finding> findings) {
    ObjectNode node = object().put("location", location).put("fit", fit);
    ArrayNode array = node.putArray("findings");
    for (Finding finding : findings) {
      array
          .addObject()
          .put("check", finding.check())
          .put("verdict", lower(finding.verdict()))
          .put("detail", finding.detail())
          .put("advice", finding.advice());
    }
    return node;
  }

  public static ObjectNode demo(String location, PenguinDemo.Result result) {
    ObjectNode node = object().put("location", location);
    ArrayNode stages = node.putArray("stages");
    result
        .stages()
        .forEach(stage -> stages.addObject().put("stage", stage.name()).put("ran", stage.ran()));
    return node.put("rows", result.rows())
        .put("dropped", result.dropped())
        .put("heldOut", result.heldOut())
        .put("correct", result.correct())
        .put("accuracy", result.accuracy());
  }

  public static ObjectNode error(Problem problem) {
    ObjectNode node = object();
    node.putObject("error")
        .put("kind", problem.kind())
        .put("message", problem.message())
        .put("location", problem.location())
        .put("stage", problem.stage())
        .put("what", problem.what())
        .put("why", problem.why())
        .put("remedy", problem.remedy())
        .put("requestId", problem.requestId());
    return node;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
