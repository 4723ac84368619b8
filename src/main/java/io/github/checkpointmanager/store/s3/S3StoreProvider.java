package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.internal.s3.client.BucketName;
import io.github.checkpointmanager.internal.s3.client.S3Settings;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import java.util.Set;

/**
 * Opens {@code s3://bucket/prefix?endpoint=…&region=…&profile=…&path-style=true|false}. Makes no
 * request and looks for no credentials: both happen at first use. A bucket without prefix is opened
 * only with {@code whole-bucket=true}: a forgotten prefix must not put stages beside everything
 * else, or clear them there. Stateless.
 */
public final class S3StoreProvider implements StoreProvider {
  static final String ENDPOINT = "endpoint";
  static final String REGION = "region";
  static final String PROFILE = "profile";
  static final String PATH_STYLE = "path-style";
  static final String WHOLE_BUCKET = "whole-bucket";

  /** For {@link java.util.ServiceLoader}. */
  public S3StoreProvider() {}

  @Override
  public String scheme() {
    return "s3";
  }

  @Override
  public CheckpointStore open(StoreLocation location) {
    location.requireKnownOptions(Set.of(ENDPOINT, REGION, PROFILE, PATH_STYLE, WHOLE_BUCKET));
    String path = location.path();
    int slash = path.indexOf('/');
    if ((slash < 0 ? path : path.substring(0, slash)).indexOf('@') >= 0) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The location " + location.withoutOptions() + " is refused",
          "it has credentials in it, which would end up in logs and process lists",
          "Put them into the environment, a profile or the instance's role; write"
              + " s3://bucket/prefix");
    }
    BucketName.require(slash < 0 ? path : path.substring(0, slash));
    requirePrefixOrOptIn(location, slash < 0 || slash == path.length() - 1);
    var builder =
        S3CheckpointStore.builder()
            .bucket(slash < 0 ? path : path.substring(0, slash))
            .prefix(slash < 0 ? "" : path.substring(slash + 1));
    location
        .options()
        .forEach(
            (name, value) -> {
              switch (name) {
                case ENDPOINT -> builder.endpoint(S3Settings.endpoint(value));
                case REGION -> builder.region(value);
                case PROFILE -> builder.profile(value);
                case PATH_STYLE -> builder.pathStyle(parseBoolean(location, PATH_STYLE, value));
                default -> {} // the opt-in above
              }
            });
    return builder.build();
  }

  /** What a location says of the client. */
  static S3Settings settings(StoreLocation location) {
    S3Settings settings = S3Settings.DEFAULTS;
    for (var option : location.options().entrySet()) {
      String value = option.getValue();
      settings =
          switch (option.getKey()) {
            case ENDPOINT -> settings.withEndpoint(S3Settings.endpoint(value));
            case REGION -> settings.withRegion(S3Settings.requireRegion(value));
            case PROFILE -> settings.withProfile(value);
            case PATH_STYLE -> settings.withPathStyle(parseBoolean(location, PATH_STYLE, value));
            default -> settings; // says something of the location, not of the client
          };
    }
    return settings;
  }

  private static void requirePrefixOrOptIn(StoreLocation location, boolean wholeBucket) {
    String optIn = location.options().get(WHOLE_BUCKET);
    if (wholeBucket && (optIn == null || !parseBoolean(location, WHOLE_BUCKET, optIn))) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The location " + location.withoutOptions() + " is refused",
          "it is a whole bucket, without a prefix",
          "Give a prefix, as in s3://bucket/prefix; if the bucket is meant for this alone, add"
              + " ?whole-bucket=true");
    }
    if (!wholeBucket && optIn != null) {
      throw new StoreException(
          StoreException.Kind.INVALID,
          "The location " + location.withoutOptions() + " is refused",
          "it has a prefix, and whole-bucket besides",
          "Leave one of them out");
    }
  }

  private static boolean parseBoolean(StoreLocation location, String name, String value) {
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new StoreException(
              StoreException.Kind.INVALID,
              "The location " + location.withoutOptions() + " has a malformed option",
              name + " is '" + value + "'",
              "Write " + name + "=true or " + name + "=false");
    };
  }
}
