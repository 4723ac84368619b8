package io.github.checkpointmanager.cli.output;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.CheckpointList;
import io.github.checkpointmanager.CheckpointVersion;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.ClearResult;
import io.github.checkpointmanager.LocationStatus;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.RestoreResult;
import io.github.checkpointmanager.StageStatus;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The documents of {@code --output json}. Names of fields are stable, described in {@code
 * docs/CLI.md} and held by a test; a field whose value is not known is null, never left out. Times
 * are ISO 8601 in UTC, durations seconds, sizes bytes, constants lower case.
 */
public final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder().addModule(types()).build();

  private Json() {}

  /**
   * One object of a document. Its fields keep the order in which they were put; a value is of any
   * type that {@link Json} knows, or a collection of such values. Not thread-safe.
   */
  public static final class Fields {
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();

    private Fields() {}

    /** Sets a field; a second value takes the place of the first. */
    public Fields put(String name, @Nullable Object value) {
      values.put(name, value);
      return this;
    }

    /** Sets a field to an array of what a function makes of each element. */
    public <T> Fields putAll(String name, Collection<T> elements, Function<T, Object> function) {
      return put(name, elements.stream().map(function).toList());
    }
  }

  /** An object without fields. */
  public static Fields object() {
    return new Fields();
  }

  /** Returns the document on one line. */
  public static String write(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a document of known types", e);
    }
  }

  private static SimpleModule types() {
    SimpleModule module = new SimpleModule();
    as(module, Fields.class, fields -> fields.values);
    as(module, Optional.class, Json::orNull);
    as(module, OptionalLong.class, value -> value.isPresent() ? value.getAsLong() : null);
    as(module, Instant.class, Instant::toString);
    as(module, Duration.class, value -> value.toMillis() / 1000.0);
    as(module, Enum.class, Text::lower);
    as(module, Checkpoint.class, value -> checkpoint(value.stage(), value));
    as(module, CheckpointVersion.class, Json::version);
    as(module, ClaimInfo.class, Json::holder);
    as(module, Finding.class, Json::finding);
    as(module, LocationStatus.class, Json::location);
    as(module, Lookup.Invalid.class, Json::invalid);
    as(module, Problem.class, Json::problem);
    as(module, RestoreResult.class, Json::restored);
    as(module, StageStatus.class, Json::stage);
    return module;
  }

  /** Writes the values of a type as what a function makes of them. */
  private static <T> void as(
      SimpleModule module, Class<T> type, Function<T, @Nullable Object> function) {
    module.addSerializer(
        type,
        new JsonSerializer<T>() {
          @Override
          public void serialize(T value, JsonGenerator out, SerializerProvider provider)
              throws IOException {
            provider.defaultSerializeValue(function.apply(value), out);
          }
        });
  }

  private static @Nullable Object orNull(Optional<?> value) {
    return value.orElse(null);
  }

  /** All fields but the stage are null without a checkpoint. */
  private static Fields checkpoint(String stage, @Nullable Checkpoint checkpoint) {
    Optional<Checkpoint> c = Optional.ofNullable(checkpoint);
    return object()
        .put("stage", stage)
        .put("completedAt", c.map(Checkpoint::completedAt))
        .put("storedAt", c.map(Checkpoint::storedAt))
        .put("user", c.flatMap(Checkpoint::user))
        .put("host", c.flatMap(Checkpoint::host))
        .put("process", c.flatMap(Checkpoint::process))
        .put("attempt", c.map(Checkpoint::attempt))
        .put("startedAt", c.flatMap(Checkpoint::startedAt))
        .put("durationSeconds", c.flatMap(Checkpoint::duration))
        .put("size", c.map(Checkpoint::size))
        .put("payloadType", c.flatMap(Checkpoint::payloadType))
        .put("payloadSize", c.map(Checkpoint::payloadSize))
        .put("writeId", c.flatMap(Checkpoint::writeId))
        .put("restoredFrom", c.flatMap(Checkpoint::restoredFrom))
        .put("restoredAt", c.flatMap(Checkpoint::restoredAt))
        .put("restoredBy", c.flatMap(Checkpoint::restoredBy))
        .put("meta", c.map(Checkpoint::meta));
  }

  private static Fields invalid(Lookup.Invalid record) {
    return object()
        .put("stage", record.stage())
        .put("state", record.kind())
        .put("reason", record.reason());
  }

  /** The document of {@code list}, ordered by stage. */
  public static Collection<Fields> list(CheckpointList list) {
    Map<String, Fields> stages = new TreeMap<>();
    for (Checkpoint checkpoint : list.checkpoints()) {
      String stage = checkpoint.stage();
      stages.put(
          stage, checkpoint(stage, checkpoint).put("state", "completed").put("reason", null));
    }
    for (Lookup.Invalid record : list.invalid()) {
      String stage = record.stage();
      stages.put(
          stage,
          checkpoint(stage, null).put("state", record.kind()).put("reason", record.reason()));
    }
    return stages.values();
  }

  public static Fields verification(String location, CheckpointList list) {
    return object()
        .put("location", location)
        .put("valid", list.checkpoints().size())
        .put("problems", list.invalid());
  }

  public static Fields cleared(String location, ClearResult result) {
    return object()
        .put("location", location)
        .put("dryRun", result.dryRun())
        .put("keys", result.keys())
        .put("stages", result.stages());
  }

  public static Fields diagnosis(String location, boolean fit, List<Finding> findings) {
    return object().put("location", location).put("fit", fit).put("findings", findings);
  }

  private static Fields finding(Finding finding) {
    return object()
        .put("check", finding.check())
        .put("verdict", finding.verdict())
        .put("detail", finding.detail())
        .put("advice", finding.advice());
  }

  private static Fields version(CheckpointVersion version) {
    return object()
        .put("stage", version.stage())
        .put("version", version.versionId())
        .put("storedAt", version.storedAt())
        .put("size", version.size())
        .put("latest", version.latest())
        .put("state", state(version))
        .put("reason", version.problem().map(Lookup.Invalid::reason))
        .put("checkpoint", version.checkpoint());
  }

  private static String state(CheckpointVersion version) {
    if (version.deletion()) {
      return "deleted";
    }
    boolean restored = version.checkpoint().flatMap(Checkpoint::restoredAt).isPresent();
    return version
        .problem()
        .map(problem -> Text.lower(problem.kind()))
        .orElse(restored ? "restored" : "completed");
  }

  private static Fields restored(RestoreResult result) {
    return object()
        .put("stage", result.checkpoint().stage())
        .put("result", result.outcome())
        .put("version", result.versionId())
        .put("checkpoint", result.checkpoint())
        .put("replaced", result.replaced());
  }

  private static Fields holder(ClaimInfo holder) {
    return object()
        .put("user", holder.user())
        .put("host", holder.host())
        .put("process", holder.process())
        .put("attempt", holder.attempt())
        .put("fencingToken", holder.fencingToken())
        .put("startedAt", holder.startedAt())
        .put("renewedAt", holder.renewedAt())
        .put("until", holder.until())
        .put("failures", holder.failures())
        .put("note", holder.note());
  }

  private static Fields stage(StageStatus status) {
    return object()
        .put("stage", status.stage())
        .put("state", status.state())
        .put("presumed", status.presumed())
        .put("holder", status.holder())
        .put("checkpoint", status.checkpoint())
        .put("detail", status.detail());
  }

  private static Fields location(LocationStatus location) {
    return object().put("path", location.path()).put("stages", location.stages());
  }

  public static Fields error(Problem problem) {
    return object().put("error", problem);
  }

  private static Fields problem(Problem problem) {
    return object()
        .put("kind", problem.kind())
        .put("message", problem.message())
        .put("location", problem.location())
        .put("stage", problem.stage())
        .put("what", problem.what())
        .put("why", problem.why())
        .put("remedy", problem.remedy())
        .put("requestId", problem.requestId());
  }
}
