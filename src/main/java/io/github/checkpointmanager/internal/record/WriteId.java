package io.github.checkpointmanager.internal.record;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The identity of one logical write: 128 random bits as 32 lower-case hexadecimal digits. All
 * retries of the write carry the same id; a write id read back says whose record is current.
 * Thread-safe.
 *
 * <p>Neither an id nor a random generator is kept anywhere, so that nothing is drawn before a
 * process is cloned from a snapshot: AWS Lambda SnapStart resumes many environments from one image
 * of the initialised memory (<a
 * href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart-uniqueness.html">Handling uniqueness
 * with Lambda SnapStart</a>), and a cloned machine does the same. Two records with one id and
 * different bytes are an error that the reader reports.
 */
public final class WriteId {
  private static final int BYTES = 16;
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  private WriteId() {}

  /** A new id, from a generator that is seeded by the operating system in this call. */
  public static String draw() {
    var bits = new byte[BYTES];
    new SecureRandom().nextBytes(bits);
    return HexFormat.of().formatHex(bits);
  }

  /** Whether a text has the form of a write id. */
  public static boolean isOne(String text) {
    return FORM.matcher(text).matches();
  }
}
