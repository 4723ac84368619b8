package io.github.checkpointmanager.store;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A failure explained in three parts. Each part is a phrase without a full stop at its end, and
 * holds no secret and no payload. Immutable.
 *
 * @param what what happened, naming location and key
 * @param why the cause, as far as it is known
 * @param remedy what the reader can do
 */
public record Explanation(String what, String why, String remedy) implements Serializable {
  @Serial private static final long serialVersionUID = 1L;

  private static final Pattern NOT_LOG_SAFE =
      Pattern.compile("[\\p{Cntrl}\\x{80}-\\x{9F}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}]+");

  public Explanation {
    Objects.requireNonNull(what, "what");
    Objects.requireNonNull(why, "why");
    Objects.requireNonNull(remedy, "remedy");
  }

  /** Returns the three parts as one text: {@code what: why. remedy.} */
  public String message() {
    return message(null);
  }

  /** As {@link #message()}, with the store's own id of the request behind the cause, if given. */
  public String message(@Nullable String requestId) {
    String id = requestId == null ? "" : " (request id " + requestId + ")";
    return what + ": " + why + id + ". " + remedy + ".";
  }

  /**
   * Returns these three parts on one line: each run of control characters, line separators and
   * characters that change the direction of writing becomes one space. Servers and file systems can
   * put any character into their messages.
   */
  public Explanation logSafe() {
    return new Explanation(logSafe(what), logSafe(why), logSafe(remedy));
  }

  private static String logSafe(String text) {
    return NOT_LOG_SAFE.matcher(text).replaceAll(" ");
  }
}
