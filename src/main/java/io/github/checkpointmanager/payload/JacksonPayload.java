package io.github.checkpointmanager.payload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.checkpointmanager.PayloadCodec;
import java.io.IOException;

/**
 * Encodes values as JSON with Jackson; the application adds {@code jackson-databind}. Text after
 * the value is refused, so that a doubled payload is noticed. Thread-safe.
 *
 * @param <T> the value
 */
@SuppressWarnings("exports") // Jackson is optional: requiring it transitively would force it on all
public final class JacksonPayload<T> implements PayloadCodec<T> {
  private final ObjectMapper mapper;
  private final JavaType type;

  private JacksonPayload(ObjectMapper mapper, JavaType type) {
    this.mapper = mapper.copy().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    this.type = type;
  }

  /** Returns a codec for a class, with Jackson's default settings. */
  public static <T> JacksonPayload<T> of(Class<T> type) {
    ObjectMapper mapper = JsonMapper.builder().build();
    return new JacksonPayload<>(mapper, mapper.constructType(type));
  }

  /** Returns a codec for a generic type, such as {@code new TypeReference<List<Row>>() {}}. */
  public static <T> JacksonPayload<T> of(TypeReference<T> type) {
    ObjectMapper mapper = JsonMapper.builder().build();
    return new JacksonPayload<>(mapper, mapper.constructType(type));
  }

  /** Returns a codec for the same type that uses a copy of the caller's mapper. */
  public JacksonPayload<T> with(ObjectMapper own) {
    return new JacksonPayload<>(own, type);
  }

  @Override
  public String contentType() {
    return "application/json";
  }

  @Override
  public byte[] encode(T value) throws JsonProcessingException {
    return mapper.writerFor(type).writeValueAsBytes(value);
  }

  @Override
  public T decode(byte[] payload) throws IOException {
    return mapper.readValue(payload, type);
  }
}
