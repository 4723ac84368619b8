package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the store's own client is to be built; what is null is left to the SDK's default chains.
 * Immutable.
 */
public record S3Settings(
    @Nullable URI endpoint,
    @Nullable String region,
    @Nullable String profile,
    @Nullable Boolean pathStyle) {
  /** What may stand in a host name: the region becomes a part of one. */
  private static final Pattern REGION = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  public static final S3Settings DEFAULTS = new S3Settings(null, null, null, null);

  public S3Settings withEndpoint(@Nullable URI value) {
    return new S3Settings(value, region, profile, pathStyle);
  }

  public S3Settings withRegion(@Nullable String value) {
    return new S3Settings(endpoint, value, profile, pathStyle);
  }

  public S3Settings withProfile(@Nullable String value) {
    return new S3Settings(endpoint, region, value, pathStyle);
  }

  public S3Settings withPathStyle(@Nullable Boolean value) {
    return new S3Settings(endpoint, region, profile, value);
  }

  public static String requireRegion(String text) {
    if (!REGION.matcher(text).matches()) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The S3 region is refused",
          text.isBlank()
              ? "it is empty"
              : "'" + ForeignText.oneLine(text) + "' cannot be part of a host name",
          "Write it as AWS does, such as eu-west-1");
    }
    return text;
  }

  /** Parses an endpoint; one with a user or a query, which could be a secret, is refused. */
  public static URI endpoint(String text) {
    try {
      return requireEndpoint(new URI(text));
    } catch (URISyntaxException e) {
      throw refusedEndpoint("it is not a URL");
    }
  }

  public static URI requireEndpoint(URI uri) {
    if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
      throw refusedEndpoint("it does not begin with http:// or https://");
    }
    if (uri.getHost() == null) {
      throw refusedEndpoint("it names no host");
    }
    if (uri.getRawUserInfo() != null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw refusedEndpoint("it has a user, a query or a fragment");
    }
    return uri;
  }

  private static StoreException refusedEndpoint(String why) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The S3 endpoint is refused",
        why,
        "Write it as http://host:port or https://host:port; credentials come from the environment"
            + " or a profile");
  }
}
