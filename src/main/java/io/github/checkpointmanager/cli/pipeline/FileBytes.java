package io.github.checkpointmanager.cli.pipeline;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Reads the file as text: UTF-8, of a bounded size. */
final class FileBytes {
  /** Ten thousand stages with some lines each. */
  static final int MOST_BYTES = 4 * 1024 * 1024;

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private FileBytes() {}

  /**
   * @throws PipelineFileException it cannot be read, is too large, or is not UTF-8
   */
  static String read(Path file, FileRefusal refusal) {
    try (InputStream in = Files.newInputStream(file)) {
      return text(in.readNBytes(MOST_BYTES + 1), refusal);
    } catch (NoSuchFileException e) {
      throw refusal.whole(
          "there is no such file",
          "Give the pipeline's file with --file, or change to its directory",
          e);
    } catch (AccessDeniedException e) {
      throw refusal.whole("it may not be read", "Correct its permissions", e);
    } catch (IOException e) {
      String why = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
      throw refusal.whole(why, "Give a file that can be read", e);
    }
  }

  static String text(byte[] bytes, FileRefusal refusal) {
    if (bytes.length > MOST_BYTES) {
      throw refusal.whole(
          "it has more than " + MOST_BYTES + " bytes", "Split the pipeline into several", null);
    }
    CharBuffer chars = CharBuffer.allocate(bytes.length);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(in, chars, true);
    String text = chars.flip().toString();
    if (result.isError()) {
      throw refusal.at(
          FilePosition.after(text),
          String.format(Locale.ROOT, "the byte 0x%02x is not UTF-8 here", bytes[in.position()]),
          "Save the file in UTF-8");
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }
}
