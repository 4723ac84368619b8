package io.github.checkpointmanager.internal.record;

import java.util.Optional;

/** Names of the record headers, which {@code docs/FORMAT.md} specifies. */
public final class Header {
  public static final String WRITE_ID = "Write-Id";
  public static final String TIMESTAMP = "Timestamp";
  public static final String STAGE = "Stage";
  public static final String USER = "User";
  public static final String HOST = "Host";
  public static final String PROCESS = "Process";
  public static final String ATTEMPT = "Attempt";
  public static final String STARTED = "Started";
  public static final String FINGERPRINT = "Fingerprint";

  /** The name of the pipeline whose run completed the stage. */
  public static final String PIPELINE = "Pipeline";

  // Of checkpoints that are an earlier record, written again.
  public static final String RESTORED_FROM = "Restored-From";
  public static final String RESTORED_AT = "Restored-At";
  public static final String RESTORED_BY = "Restored-By";

  /** Prefix of the caller's own metadata. */
  public static final String META_PREFIX = "Meta.";

  /** Prefix of the components of a fingerprint. */
  public static final String INPUT_PREFIX = "Input.";

  /** Prefix of the write ids of the checkpoints that a stage was built on. */
  public static final String UPSTREAM_PREFIX = "Upstream.";

  /** Prefix of the sizes and digests of what a stage made. */
  public static final String OUTPUT_PREFIX = "Output.";

  // Of claims.
  public static final String OWNER = "Owner";
  public static final String LEASE = "Lease";
  public static final String TOKEN = "Token";
  public static final String FAILURES = "Failures";
  public static final String PROGRESS = "Progress";
  public static final String MAX_ATTEMPTS = "Max-Attempts";
  public static final String COMPLETING = "Completing";

  // Of claims: the process that holds it, for others on its machine.
  public static final String COOKIE = "Cookie";
  public static final String MACHINE = "Machine";
  public static final String BOOT = "Boot";
  public static final String PID_NAMESPACE = "Pid-Namespace";
  public static final String TIME_NAMESPACE = "Time-Namespace";
  public static final String UID = "Uid";
  public static final String START_TICK = "Start-Tick";

  // Written and read by the codec alone; never among StageRecord.headers().
  static final String FORMAT = "Format";
  static final String CONTENT_TYPE = "Content-Type";
  static final String CONTENT_LENGTH = "Content-Length";
  static final String CONTENT_CHECKSUM = "Content-Checksum";
  static final String CHECKSUM = "Checksum";

  private Header() {}

  /**
   * The header of the caller's own metadata under any key. Characters other than {@code A–Z a–z 0–9
   * . _ -} are {@code %XX} of their UTF-8 in it.
   *
   * @throws IllegalArgumentException when the key is empty or has an unpaired surrogate; the
   *     message says so
   */
  public static String meta(String key) {
    return keyed(META_PREFIX, key, "metadata");
  }

  /** The header of a component of a fingerprint, under any name; as {@link #meta}. */
  public static String input(String name) {
    return keyed(INPUT_PREFIX, name, "input");
  }

  /** The header of the write id of a stage's upstream, under its name; as {@link #meta}. */
  public static String upstream(String stage) {
    return keyed(UPSTREAM_PREFIX, stage, "upstream stage");
  }

  /** The header of an output, under its path; as {@link #meta}. */
  public static String output(String path) {
    return keyed(OUTPUT_PREFIX, path, "output");
  }

  /** Whether a text is a header's name: one or more of {@code A–Z a–z 0–9 . _ - %}. */
  static boolean isToken(String name) {
    return !name.isEmpty() && name.chars().allMatch(c -> c == '%' || PercentText.isPlain((char) c));
  }

  private static String keyed(String prefix, String key, String kind) {
    if (key.isEmpty()) {
      throw new IllegalArgumentException(
          "The " + kind + " cannot be recorded: its key is empty. Give it a key.");
    }
    return PercentText.encode(key, Header::literal)
        .map(prefix::concat)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.join(" ", "The", kind, LogSafe.quoted(key))
                        + " cannot be recorded: its key has an unpaired surrogate, which is half a"
                        + " character. Give it a key of whole Unicode characters."));
  }

  /** The key of a header that {@link #meta} and its like made; empty for any other header. */
  public static Optional<String> keyOf(String prefix, String header) {
    return header.startsWith(prefix) && header.length() > prefix.length()
        ? PercentText.decode(header.substring(prefix.length()), Header::literal)
        : Optional.empty();
  }

  private static boolean literal(char c, int index, int length) {
    return PercentText.isPlain(c);
  }
}
