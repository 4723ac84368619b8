package io.github.checkpointmanager.cli.session;

import io.github.checkpointmanager.store.StoreLocation;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads a location as people write it. A directory is often written where no shell expands it: in
 * quotes, after {@code --store=}, in a file. It must not become a directory of a strange name. Pure
 * functions.
 */
final class WrittenLocation {
  private static final Pattern VARIABLE = Pattern.compile("\\$[A-Za-z_{(].*", Pattern.DOTALL);

  /** Behind the last name; a directory above may be called so. */
  private static final Pattern OPTION =
      Pattern.compile("\\?[A-Za-z][A-Za-z-]*=([^/]*|.*://.*)$", Pattern.DOTALL);

  private WrittenLocation() {}

  /**
   * Parses a location; {@code ~/} at the beginning of a directory is the home directory.
   *
   * @param environment where {@code HOME} is; else the home directory is the system's
   * @throws io.github.checkpointmanager.store.StoreException {@code INVALID} when it is no
   *     location, or a directory that nobody can have meant
   */
  static StoreLocation parse(String text, Map<String, String> environment) {
    StoreLocation location = StoreLocation.parse(text);
    if (!location.scheme().equals("file")) {
      return location;
    }
    String path = location.path();
    if (path.startsWith("'") || path.startsWith("\"")) {
      throw location.refused(
          "its first character is a quotation mark", literally("Leave out the quotes", path));
    }
    if (VARIABLE.matcher(path).matches()) {
      throw location.refused(
          "it begins with a variable, which nothing here replaces",
          literally("Write the directory itself, or the variable without single quotes", path));
    }
    if (OPTION.matcher(path).find()) {
      throw location.refused(
          "options follow a location with its scheme only", "Write it as file:" + path);
    }
    return path.startsWith("~") ? expanded(location, environment) : location;
  }

  private static StoreLocation expanded(StoreLocation location, Map<String, String> environment) {
    String path = location.path();
    if (!path.equals("~") && !path.startsWith("~/")) {
      throw location.refused(
          "home directories of other users are not looked up",
          literally("Write the directory itself", path));
    }
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    if (home.isBlank() || !Path.of(home).isAbsolute()) {
      throw location.refused(
          "the home directory is not known: HOME is '" + home + "'", "Write the directory itself");
    }
    String directory = Path.of(home).resolve(path.substring(1).replaceFirst("^/+", "")).toString();
    return new StoreLocation("file", directory, location.options());
  }

  private static String literally(String remedy, String path) {
    return remedy + "; a directory of that very name is written ./" + path;
  }
}
