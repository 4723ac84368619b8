package io.github.checkpointmanager;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Turns a stage's value into its checkpoint's payload and back. Implementations are thread-safe.
 * Whatever they throw is reported with the stage's name.
 *
 * @param <T> the value; never null
 */
public interface PayloadCodec<T> {
  /** A media type, such as {@code application/json}. */
  String contentType();

  /** The payload of a value. */
  byte[] encode(T value) throws Exception;

  /** The value of a payload. */
  T decode(byte[] payload) throws Exception;

  /** Bytes as they are, {@code application/octet-stream}. */
  static PayloadCodec<byte[]> bytes() {
    return new PayloadCodec<>() {
      @Override
      public String contentType() {
        return "application/octet-stream";
      }

      @Override
      public byte[] encode(byte[] value) {
        return value.clone();
      }

      @Override
      public byte[] decode(byte[] payload) {
        return payload.clone();
      }
    };
  }

  /** Text as {@code text/plain; charset=utf-8}. Malformed text is refused in both directions. */
  static PayloadCodec<String> utf8() {
    return new PayloadCodec<>() {
      @Override
      public String contentType() {
        return "text/plain; charset=utf-8";
      }

      @Override
      public byte[] encode(String value) throws CharacterCodingException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
      }

      @Override
      public String decode(byte[] payload) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(payload)).toString();
      }
    };
  }
}
