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
 * Values as JSON, by Jackson, which the application brings ({@code jackson-databind}). Text after
 * the value is refused, so that a cut or doubled payload never passes. Thread-safe.
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

  /** Values of a class, by a mapper with Jackson's defaults. */
  public static <T> JacksonPayload<T> of(Class<T> type) {
    ObjectMapper mapper = JsonMapper.builder().build();
    return new JacksonPayload<>(mapper, mapper.constructType(type));
  }

  /** Values of a generic type, such as {@code new TypeReference<List<Row>>() {}}. */
  public static <T> JacksonPayload<T> of(TypeReference<T> type) {
    ObjectMapper mapper = JsonMapper.builder().build();
    return new JacksonPayload<>(mapper, mapper.constructType(type));
  }

  /** The same values by the caller's own mapper, of which a copy is kept. */
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
