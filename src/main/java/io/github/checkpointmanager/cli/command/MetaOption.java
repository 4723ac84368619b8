package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.SaveOptions;
import io.github.checkpointmanager.cli.output.CommandException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --meta k=v}, as often as wanted. */
final class MetaOption {
  @Option(
      names = "--meta",
      paramLabel = "k=v",
      description = "Free metadata to save with the checkpoint; may be repeated.")
  private List<String> entries = new ArrayList<>();

  /**
   * @throws CommandException an entry is not of the form {@code k=v}
   */
  SaveOptions saveOptions() {
    SaveOptions options = SaveOptions.none();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals <= 0) {
        throw CommandException.refused(
            "The metadata '" + entry + "' is refused",
            "it is not of the form name=value",
            "Write --meta name=value");
      }
      options = options.meta(entry.substring(0, equals), entry.substring(equals + 1));
    }
    return options;
  }
}
