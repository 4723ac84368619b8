package io.github.checkpointmanager.store;

import io.github.checkpointmanager.store.StoreException.Kind;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A parsed location: {@code s3://bucket/prefix?region=eu-west-1}, {@code file:dir}, a plain path,
 * {@code jdbc:sqlite:…}, {@code memory:name}. Store options are query parameters. Immutable.
 *
 * @param scheme {@code file} for a plain path
 * @param path what follows the scheme, without {@code //} and without the query; a plain path is
 *     kept as it is, even if it contains a question mark
 * @param options the query parameters, in order, decoded
 */
public record StoreLocation(String scheme, String path, Map<String, String> options) {
  /** At least two letters, so that {@code C:\dir} is a path. */
  private static final Pattern SCHEME =
      Pattern.compile("(jdbc:[a-z0-9]+|[A-Za-z][A-Za-z0-9+.-]+):(.*)", Pattern.DOTALL);

  private static final Pattern USER_INFO = Pattern.compile("^((?://)?)[^/@]*:[^/]*@");

  public StoreLocation {
    Objects.requireNonNull(scheme, "scheme");
    Objects.requireNonNull(path, "path");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * Parses a location.
   *
   * @throws StoreException {@code INVALID} when it is empty or its query is malformed
   */
  public static StoreLocation parse(String location) {
    if (location.isBlank()) {
      throw new StoreException(
          Kind.INVALID,
          "The location is empty",
          "it names no store",
          "Give a directory, s3://bucket/prefix or another location");
    }
    requireExpressible(location);
    Matcher matcher = SCHEME.matcher(location);
    if (!matcher.matches()) {
      return new StoreLocation("file", location, Map.of());
    }
    String rest = matcher.group(2);
    int query = rest.indexOf('?');
    String path = query < 0 ? rest : rest.substring(0, query);
    if (path.startsWith("//")) {
      path = withoutAuthority(matcher.group(1), path.substring(2));
    }
    return new StoreLocation(
        matcher.group(1),
        path,
        query < 0 ? Map.of() : parseQuery(location, rest.substring(query + 1)));
  }

  /**
   * The JVM puts U+FFFD for each character that the process's locale cannot express, and for bytes
   * that are no text: two locations would become one.
   */
  private static void requireExpressible(String location) {
    if (location.indexOf('\ufffd') >= 0) {
      throw new StoreException(
          Kind.INVALID,
          "The location '" + location + "' is refused",
          "it has a character that is not valid in this process's locale, or is U+FFFD",
          "Set LC_ALL=C.UTF-8, or use another name");
    }
  }

  /** Of {@code file://localhost/dir} the directory, by RFC 8089; other schemes keep all. */
  private static String withoutAuthority(String scheme, String path) {
    int slash = path.indexOf('/');
    if (!scheme.equals("file") || slash <= 0) {
      return path;
    }
    if (!path.substring(0, slash).equalsIgnoreCase("localhost")) {
      throw new StoreLocation("file", "//" + path, Map.of())
          .refused(
              "after file:// comes the name of a host, and '"
                  + path.substring(0, slash)
                  + "' is not localhost",
              "Write file:/dir or file:///dir for /dir, and file:dir for a relative directory");
    }
    return path.substring(slash);
  }

  private static Map<String, String> parseQuery(String location, String query) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw invalid(location, "'" + pair + "' is not of the form name=value");
      }
      try {
        String name = URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8);
        String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
        if (options.put(name, value) != null) {
          throw invalid(location, "the option '" + name + "' is given twice");
        }
      } catch (IllegalArgumentException e) {
        throw invalid(location, "'" + pair.substring(0, equals) + "' has a broken percent escape");
      }
    }
    return options;
  }

  private static StoreException invalid(String location, String why) {
    return parse(location.substring(0, location.indexOf('?')))
        .failure(
            "has a malformed query",
            why,
            "Write options as ?name=value&name=value, percent-encoded");
  }

  /**
   * Refuses options that a store does not know.
   *
   * @throws StoreException {@code INVALID}, naming the unknown option and the known ones
   */
  public void requireKnownOptions(Set<String> known) {
    for (String name : options.keySet()) {
      if (!known.contains(name)) {
        throw failure(
            "has an unknown option",
            "a " + scheme + " store does not know '" + name + "'",
            known.isEmpty()
                ? "Leave it out; such a store has no options"
                : "Use one of " + known.stream().sorted().collect(Collectors.joining(", ")));
      }
    }
  }

  /**
   * Returns whether an option is set to {@code true}; false if it is missing.
   *
   * @throws StoreException {@code INVALID} for any other value than {@code true} and {@code false}
   */
  public boolean flag(String name) {
    String value = options.getOrDefault(name, "false");
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw failure(
              "has a malformed option",
              name + " is '" + value + "'",
              "Write " + name + "=true or " + name + "=false");
    };
  }

  /** Returns a copy with one option set, unless the location sets it already. */
  public StoreLocation withDefaultOption(String name, String value) {
    Map<String, String> merged = new LinkedHashMap<>(options);
    merged.putIfAbsent(name, value);
    return new StoreLocation(scheme, path, merged);
  }

  /**
   * Returns the location without its query, for messages. A user and password before the host are
   * masked, because some callers put access keys there.
   */
  public String withoutOptions() {
    return scheme.equals("file") ? path : base(USER_INFO.matcher(path).replaceFirst("$1***@"));
  }

  private String base(String shownPath) {
    return switch (scheme) {
      case "s3" -> "s3://" + shownPath;
      case "file" -> shownPath;
      default -> scheme + ":" + shownPath;
    };
  }

  /**
   * Returns the failure of a store that cannot be opened here: {@code INVALID}.
   *
   * @param why no full stop at the end
   * @param remedy no full stop at the end
   */
  public StoreException refused(String why, String remedy) {
    return failure("cannot be opened", why, remedy);
  }

  private StoreException failure(String fault, String why, String remedy) {
    String what = "The location " + withoutOptions() + " " + fault;
    return new StoreException(Kind.INVALID, what, why, remedy);
  }

  /** Returns the location as one string that {@link #parse} accepts. */
  @Override
  public String toString() {
    boolean plain = options.isEmpty() && !SCHEME.matcher(path).matches();
    String base = scheme.equals("file") && !plain ? "file:" + path : base(path);
    String query =
        options.entrySet().stream()
            .map(e -> encode(e.getKey()) + "=" + encode(e.getValue()))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? base : base + "?" + query;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
