package io.github.checkpointmanager.cli.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.checkpointmanager.cli.output.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a command could not be started, with the limit that was reached. Java tells the number of the
 * error in the text alone.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/errno.3.html">errno(3)</a>
 */
public record LaunchFailure(String why, String remedy) {
  /** {@code error=7, text} until Java 21, {@code error: 7 (text)} on 25. */
  private static final Pattern NUMBER =
      Pattern.compile("error(?:=|: )(\\d+),? \\(?([^()]*?)\\)?\\s*$");

  private static final String FEWER = ", or run fewer stages at once (--jobs)";

  /** Explains the exception of {@link ProcessBuilder#start}. */
  public static LaunchFailure of(IOException failure) {
    Matcher error = NUMBER.matcher(String.valueOf(failure.getMessage()));
    if (!error.find()) {
      return new LaunchFailure(Text.reason(failure), "Correct the command");
    }
    String text = error.group(2);
    return switch (error.group(1)) {
      case "7" ->
          new LaunchFailure(
              text + ": the kernel limits an argument and the environment",
              "Put the script or the values into a file");
      case "11" ->
          new LaunchFailure(
              text + limit("Max processes", ": at most %s processes of this user (ulimit -u)"),
              "Raise that limit, or the container's" + FEWER);
      case "12" -> new LaunchFailure(text, "Make memory free" + FEWER);
      case "23" ->
          new LaunchFailure(
              text + ": the limit is the machine's (sysctl fs.file-max)", "Raise it" + FEWER);
      case "24" ->
          new LaunchFailure(
              text + limit("Max open files", ": at most %s in one process (ulimit -n)"),
              "Raise that limit" + FEWER);
      default -> new LaunchFailure(text, "Correct the command");
    };
  }

  /** The soft limit of this process; an empty text where it cannot be read. */
  private static String limit(String name, String sentence) {
    try {
      Optional<String> line =
          Files.readAllLines(Path.of("/proc/self/limits"), ISO_8859_1).stream()
              .filter(l -> l.startsWith(name))
              .findFirst();
      return line.map(l -> l.substring(name.length()).strip().split(" +", 2)[0])
          .map(soft -> sentence.replace("%s", soft))
          .orElse("");
    } catch (IOException e) {
      return ""; // no Linux, or no file can be opened
    }
  }
}
