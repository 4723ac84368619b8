package io.github.checkpointmanager.cli.output;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.github.checkpointmanager.Checkpoint;
import io.github.checkpointmanager.ClaimInfo;
import io.github.checkpointmanager.Lookup;
import io.github.checkpointmanager.StageStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The documents of {@code --output json}. Names of fields are stable, described in {@code
 * docs/CLI.md} and held by a test; a field whose value is not known is null, never left out. Times
 * are ISO 8601 in UTC, durations seconds, sizes bytes, constants lower case.
 *
 * <p>A record whose components are a document's fields is written as it is; other documents are
 * {@link Fields} (ADR 7).
 */
public final class Json {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .visibility(PropertyAccessor.ALL, Visibility.NONE)
          .visibility(PropertyAccessor.FIELD, Visibility.ANY)
          .addMixIn(ClaimInfo.class, WithoutStage.class)
          .addMixIn(StageStatus.class, HolderFirst.class)
          .addModule(types())
          .build();

  private Json() {}

  @JsonIgnoreProperties("stage")
  private interface WithoutStage {}

  @JsonPropertyOrder({"stage", "state", "presumed", "holder", "checkpoint", "detail"})
  private interface HolderFirst {}

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
    as(module, Checkpoint.class, value -> checkpoint(value.stage(), Optional.of(value)));
    as(module, Lookup.Invalid.class, Json::invalid);
    as(module, Problem.class, Json::problem);
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
  public static Fields checkpoint(String stage, Optional<Checkpoint> c) {
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
        .put("meta", c.map(Checkpoint::meta))
        .put("pipeline", c.flatMap(Checkpoint::pipeline));
  }

  private static Fields invalid(Lookup.Invalid record) {
    return object()
        .put("stage", record.stage())
        .put("state", record.kind())
        .put("reason", record.reason());
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
