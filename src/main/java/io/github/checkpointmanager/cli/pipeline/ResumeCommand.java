package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.store.StoreLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The command line that goes on with a run, as one can paste it into a shell. Pure. */
final class ResumeCommand {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  /** Options of a location that hold no secret; no other option is repeated. */
  private static final Set<String> REPEATED =
      Set.of("endpoint", "region", "profile", "path-style", "whole-bucket", "history");

  private ResumeCommand() {}

  /**
   * @param location of a run that took it from neither file nor environment; null otherwise
   */
  static String of(
      @org.jspecify.annotations.Nullable StoreLocation location,
      PipelineOptions options,
      RunFlags flags) {
    List<String> words = new ArrayList<>(List.of(Session.PROGRAM));
    if (location != null) {
      words.add("--store");
      words.add(plain(location));
    }
    words.addAll(List.of("pipeline", "run"));
    words.addAll(options.arguments());
    words.addAll(flags.arguments());
    return words.stream().map(ResumeCommand::quoted).collect(Collectors.joining(" "));
  }

  private static String plain(StoreLocation location) {
    Map<String, String> options =
        location.options().entrySet().stream()
            .filter(option -> REPEATED.contains(option.getKey()))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    StoreLocation masked = StoreLocation.parse(location.withoutOptions());
    return new StoreLocation(masked.scheme(), masked.path(), options).toString();
  }

  /** As POSIX shells quote. */
  static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
