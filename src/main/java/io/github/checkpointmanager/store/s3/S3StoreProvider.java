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
 * request and looks up no credentials; both happen at first use. A bucket without a prefix is
 * opened only with {@code whole-bucket=true}, so that a whole bucket is not written to or cleared
 * because a prefix was forgotten. Stateless.
 */
public final class S3StoreProvider implements StoreProvider {
  static final String WHOLE_BUCKET = "whole-bucket";

  /** For {@link java.util.ServiceLoader}. */
  public S3StoreProvider() {}

  @Override
  public String scheme() {
    return "s3";
  }

  @Override
  public CheckpointStore open(StoreLocation location) {
    location.requireKnownOptions(
        Set.of(
            S3Settings.ENDPOINT,
            S3Settings.REGION,
            S3Settings.PROFILE,
            S3Settings.PATH_STYLE,
            WHOLE_BUCKET));
    int slash = location.path().indexOf('/');
    String bucket = slash < 0 ? location.path() : location.path().substring(0, slash);
    String prefix = slash < 0 ? "" : location.path().substring(slash + 1);
    if (bucket.indexOf('@') >= 0) {
      throw refused(
          location,
          "it has credentials in it, which would end up in logs and process lists",
          "Put them into the environment, a profile or the instance's role; write"
              + " s3://bucket/prefix");
    }
    BucketName.require(bucket);
    requirePrefixOrOptIn(location, prefix.isEmpty());
    return S3CheckpointStore.builder()
        .bucket(bucket)
        .prefix(prefix)
        .settings(S3Settings.of(location))
        .build();
  }

  private static void requirePrefixOrOptIn(StoreLocation location, boolean wholeBucket) {
    if (wholeBucket && !location.flag(WHOLE_BUCKET)) {
      throw refused(
          location,
          "it is a whole bucket, without a prefix",
          "Give a prefix, as in s3://bucket/prefix; if the bucket is meant for this alone, add"
              + " ?whole-bucket=true");
    }
    if (!wholeBucket && location.options().containsKey(WHOLE_BUCKET)) {
      throw refused(
          location, "it has both a prefix and the option whole-bucket", "Leave one of them out");
    }
  }

  private static StoreException refused(StoreLocation location, String why, String remedy) {
    return new StoreException(
        StoreException.Kind.INVALID,
        "The location " + location.withoutOptions() + " is refused",
        why,
        remedy);
  }
}
