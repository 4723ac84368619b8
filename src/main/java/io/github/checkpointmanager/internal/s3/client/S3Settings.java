package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a store's own client; the SDK's default chains decide what is null. Immutable.
 */
public record S3Settings(
    @Nullable URI endpoint,
    @Nullable String region,
    @Nullable String profile,
    @Nullable Boolean pathStyle) {
  private static final String ENDPOINT = "endpoint";
  private static final String REGION = "region";
  private static final String PROFILE = "profile";
  private static final String PATH_STYLE = "path-style";

  /** The options of a location that set these values. */
  public static final Set<String> OPTIONS = Set.of(ENDPOINT, REGION, PROFILE, PATH_STYLE);

  /** A part of a host name, which the region becomes. */
  private static final Pattern HOST_LABEL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  static final String ENDPOINT_REMEDY =
      "Write it as http://host:port or https://host:port; credentials come from the environment"
          + " or a profile";
  static final String REGION_REMEDY = "Write it as AWS does, such as eu-west-1";

  public static final S3Settings DEFAULTS = new S3Settings(null, null, null, null);

  /** Returns what a location's options name; refuses malformed values, ignores other options. */
  public static S3Settings of(StoreLocation location) {
    Map<String, String> options = location.options();
    String endpoint = options.get(ENDPOINT);
    String region = options.get(REGION);
    return new S3Settings(
        endpoint == null ? null : endpoint(endpoint),
        region == null ? null : requireRegion(region),
        options.get(PROFILE),
        options.containsKey(PATH_STYLE) ? location.flag(PATH_STYLE) : null);
  }

  /** Returns these settings as options of a location. */
  public Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    put(options, ENDPOINT, endpoint);
    put(options, REGION, region);
    put(options, PROFILE, profile);
    put(options, PATH_STYLE, pathStyle);
    return options;
  }

  private static void put(Map<String, String> options, String name, @Nullable Object value) {
    if (value != null) {
      options.put(name, value.toString());
    }
  }

  public static String requireRegion(String text) {
    complaintOfRegion(text)
        .ifPresent(
            why -> {
              throw new StoreException(
                  StoreException.Kind.INVALID, "The S3 region is refused", why, REGION_REMEDY);
            });
    return text;
  }

  /** Returns what is wrong with a region. */
  static Optional<String> complaintOfRegion(String text) {
    return HOST_LABEL.matcher(text).matches()
        ? Optional.empty()
        : Optional.of(
            text.isBlank()
                ? "it is empty"
                : "'" + ForeignText.oneLine(text) + "' cannot be part of a host name");
  }

  /** Parses an endpoint; refuses one with a user or a query, which could be a secret. */
  public static URI endpoint(String text) {
    try {
      return requireEndpoint(new URI(text));
    } catch (URISyntaxException e) {
      throw refusedEndpoint("it is not a URL");
    }
  }

  public static URI requireEndpoint(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw refusedEndpoint("it does not begin with http:// or https://");
    }
    if (uri.getHost() == null) {
      throw refusedEndpoint(
          String.valueOf(uri.getRawAuthority()).contains("_")
              ? "its host has an underscore, which host names do not have and Java does not accept:"
                  + " give the host another name, or use its address"
              : "it names no host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refusedEndpoint("it has a user, a query or a fragment");
    }
    // The SDK compares schemes as they are written.
    return scheme.equals(uri.getScheme())
        ? uri
        : URI.create(scheme + uri.toString().substring(scheme.length()));
  }

  private static StoreException refusedEndpoint(String why) {
    return new StoreException(
        StoreException.Kind.INVALID, "The S3 endpoint is refused", why, ENDPOINT_REMEDY);
  }

  /**
   * Refuses malformed names of general purpose buckets before any request. The rules are those of
   * the Amazon S3 User Guide, "General purpose bucket naming rules"
   * (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). The alias of an access
   * point ({@code …-s3alias}) is accepted: it denotes one bucket, and conditional writes work
   * there.
   */
  public static final class BucketName {
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    private BucketName() {}

    public static String require(String name) {
      String why = complaint(name);
      if (why == null) {
        return name;
      }
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The bucket name '" + name + "' is refused",
          why,
          "Write the location as s3://bucket/prefix with the name of an existing general purpose"
              + " bucket");
    }

    private static @Nullable String complaint(String name) {
      if (name.isEmpty()) {
        return "it is empty";
      }
      if (name.endsWith(".mrap")
          || (name.startsWith("arn:") && name.contains(":accesspoint") && name.contains("s3::"))) {
        return "a multi-region access point is several buckets, and conditional writes work within"
            + " one bucket only";
      }
      if (name.startsWith("arn:")) {
        return "it is an ARN, not a name";
      }
      if (name.length() < 3 || name.length() > 63) {
        return "it has " + name.length() + " characters, and a bucket's name has 3 to 63";
      }
      if (!FORM.matcher(name).matches()) {
        return "a bucket's name consists of lower-case letters, digits, dots and hyphens, and"
            + " begins and ends with a letter or digit";
      }
      if (name.contains("..")) {
        return "it has two adjacent dots";
      }
      if (IP_ADDRESS.matcher(name).matches()) {
        return "it has the form of an IP address";
      }
      if (name.startsWith("xn--") || name.startsWith("sthree-")) {
        return "names with this prefix are reserved";
      }
      if (name.endsWith("--x-s3")) {
        return "a directory bucket has neither object tags nor versions";
      }
      if (name.endsWith("--ol-s3") || name.endsWith("--table-s3")) {
        return "it is not a bucket for objects";
      }
      return null;
    }
  }
}
