package io.github.checkpointmanager.store.s3;

import io.github.checkpointmanager.internal.s3.BatchDeleter;
import io.github.checkpointmanager.internal.s3.ConditionProbe;
import io.github.checkpointmanager.internal.s3.DeletionProbe;
import io.github.checkpointmanager.internal.s3.ObjectLister;
import io.github.checkpointmanager.internal.s3.ObjectReader;
import io.github.checkpointmanager.internal.s3.ObjectWriter;
import io.github.checkpointmanager.internal.s3.S3Bucket;
import io.github.checkpointmanager.internal.s3.S3Doctor;
import io.github.checkpointmanager.internal.s3.VersionHistory;
import io.github.checkpointmanager.internal.s3.client.ClientHandle;
import io.github.checkpointmanager.internal.s3.client.ProfileSettings;
import io.github.checkpointmanager.internal.s3.client.S3Settings;
import io.github.checkpointmanager.internal.s3.client.S3Settings.BucketName;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.DeletionReport;
import io.github.checkpointmanager.store.Listing;
import io.github.checkpointmanager.store.StoreLocation;
import io.github.checkpointmanager.store.StoreProvider;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Checkpoints as objects in one S3 bucket, under one prefix.
 *
 * <pre>{@code
 * try (var store = S3CheckpointStore.builder().client(mine).bucket("b").prefix("etl/today").build()) {
 *   …
 * }
 * }</pre>
 *
 * <p><b>Atomicity</b> is S3's: {@link #create} is a PUT with {@code If-None-Match: *}, {@link
 * #replace} one with {@code If-Match}, for which S3 is strongly consistent within one bucket.
 *
 * <p><b>Requests</b>: those that {@link CheckpointStore} names, plus retries of the SDK. An object
 * of zero bytes costs {@link #readHead} a second request. On a custom endpoint, five requests
 * precede the first conditional write of this process to a bucket: they probe whether the server
 * honours the conditions. A server that fails is {@code UNSUPPORTED}; the probe cannot be disabled.
 * No call creates a bucket.
 *
 * <p><b>Replies</b> are accepted only if S3 must have sent them: a reply that is HTML, lacks ETag
 * or Last-Modified, or is shorter than announced is an error, never "absent".
 *
 * <p>Thread-safe. Objects whose key ends in {@code .claim} carry the tag {@code
 * checkpoint-manager=claim} (permission s3:PutObjectTagging), for a lifecycle rule that expires
 * their old versions.
 */
public final class S3CheckpointStore implements CheckpointStore {
  private final ClientHandle handle;
  private final S3Bucket bucket;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  private S3CheckpointStore(ClientHandle handle, String bucketName, String prefix) {
    this.handle = handle;
    this.bucket = new S3Bucket(handle, bucketName, prefix);
    this.reader = new ObjectReader(bucket);
    this.writer = new ObjectWriter(bucket);
  }

  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Optional<StoredObject> read(String key) {
    return reader.read(key);
  }

  @Override
  public Optional<StoredObject> readHead(String key) {
    return reader.readHead(key);
  }

  @Override
  public void prepare() {
    ConditionProbe.ensurePassed(bucket);
  }

  @Override
  public WriteResult create(String key, byte[] content) {
    bucket.objectKey(key); // refused before the probe sends anything
    ConditionProbe.ensurePassed(bucket);
    return writer.create(key, content);
  }

  @Override
  public WriteResult replace(String key, byte[] content, Version expected) {
    bucket.objectKey(key);
    ConditionProbe.ensurePassed(bucket);
    return writer.replace(key, content, expected);
  }

  @Override
  public Listing list(String prefix) {
    return ObjectLister.list(bucket, prefix);
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@code true} on AWS, whose DeleteObjects compares the ETag of each key; the permission
   * s3:GetObject is needed for that.
   */
  @Override
  public boolean comparesDeletions() {
    prepare();
    return DeletionProbe.isCompared(bucket);
  }

  /**
   * {@inheritDoc}
   *
   * <p>At most four requests are under way at once, on threads that end with the call. Keys that
   * failed for a passing reason are sent again up to three times. After a request without an answer
   * only keys whose version is compared are sent again: a late duplicate of such a request deletes
   * nothing newer. The other keys of that request are {@code OUTCOME_UNKNOWN}. The SDK never sends
   * a deletion again by itself.
   */
  @Override
  public DeletionReport delete(Stream<Deletion> deletions) {
    return new BatchDeleter(bucket).delete(deletions);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Needs s3:DeleteObjectVersion and s3:ListBucketVersions. Keys under an object lock fail.
   */
  @Override
  public DeletionReport purge(Stream<Deletion> deletions) {
    return new BatchDeleter(bucket).purge(deletions);
  }

  /** Returns whether the bucket's versioning is enabled; "suspended" is not enabled. */
  @Override
  public boolean keepsHistory() {
    return new VersionHistory(bucket).isKept();
  }

  @Override
  public List<String> deletedKeys(String prefix) {
    return new VersionHistory(bucket).deletedKeys(prefix);
  }

  /**
   * {@inheritDoc}
   *
   * <p>{@code UNSUPPORTED} also while versioning is suspended, since replaced states are lost then.
   */
  @Override
  public List<StoredVersion> versions(String key) {
    return new VersionHistory(bucket).of(key);
  }

  @Override
  public StoredObject readVersion(String key, String versionId) {
    return reader.readVersion(key, versionId);
  }

  /**
   * {@inheritDoc}
   *
   * <p>About 70 requests, 32 of them at once; all keys begin with {@code .probe-}.
   */
  @Override
  public List<Finding> diagnose() {
    return new S3Doctor(bucket).diagnose();
  }

  @Override
  public String location() {
    Map<String, String> options = handle.settings().options();
    if (bucket.prefix().isEmpty()) {
      options.put(Provider.WHOLE_BUCKET, "true");
    }
    String path = bucket.name() + "/" + bucket.prefix();
    return new StoreLocation("s3", path.substring(0, path.length() - 1), options).toString();
  }

  @Override
  public int maxKeyBytes() {
    return bucket.maxKeyBytes();
  }

  /** Closes the store's own client, never the caller's. Idempotent. */
  @Override
  public void close() {
    handle.close();
  }

  /**
   * Builds a store. Set either {@link #client}, or any of {@link #endpoint}, {@link #region},
   * {@link #profile} and {@link #pathStyle} for a client of the store's own, which is built at
   * first use with credentials of the SDK's default chain. Not thread-safe.
   */
  public static final class Builder {
    private @Nullable S3Client client;
    private @Nullable String bucket;
    private String prefix = "";
    private @Nullable URI endpoint;
    private @Nullable String region;
    private @Nullable String profile;
    private @Nullable Boolean pathStyle;

    private Builder() {}

    /**
     * Uses this client, with its credentials, time-outs and retries. The store neither closes nor
     * changes it.
     */
    public Builder client(S3Client mine) {
      this.client = Objects.requireNonNull(mine, "client");
      return this;
    }

    /** The name of an existing bucket. */
    public Builder bucket(String name) {
      this.bucket = Objects.requireNonNull(name, "bucket");
      return this;
    }

    /**
     * The prefix of all keys, with or without a final slash. Without a prefix the store is the
     * whole bucket, and {@code clear} covers all of it: use a bucket that holds nothing else.
     */
    public Builder prefix(String value) {
      this.prefix = Objects.requireNonNull(value, "prefix");
      return this;
    }

    /**
     * A server other than AWS. Defaults to path style and the region us-east-1.
     *
     * @throws io.github.checkpointmanager.store.StoreException {@code INVALID} for anything but
     *     {@code http://host:port} or {@code https://host:port}
     */
    public Builder endpoint(URI value) {
      this.endpoint = S3Settings.requireEndpoint(value);
      return this;
    }

    /**
     * The bucket's region; by default that of the environment or profile.
     *
     * @throws io.github.checkpointmanager.store.StoreException {@code INVALID} for a malformed
     *     region
     */
    public Builder region(String value) {
      this.region = S3Settings.requireRegion(value);
      return this;
    }

    /** A profile of the AWS configuration files, whose credentials beat the environment's. */
    public Builder profile(String value) {
      this.profile = Objects.requireNonNull(value, "profile");
      return this;
    }

    /** Whether the bucket is named in the path ({@code true}) or in the host name. */
    public Builder pathStyle(boolean value) {
      this.pathStyle = value;
      return this;
    }

    /**
     * Builds the store. Makes no request.
     *
     * @throws io.github.checkpointmanager.store.StoreException {@code INVALID} for a malformed
     *     bucket name or prefix
     * @throws IllegalStateException when no bucket is set, or both a client and options for an own
     *     client are set
     */
    public S3CheckpointStore build() {
      if (bucket == null) {
        throw new IllegalStateException("No bucket is set; call bucket(…)");
      }
      var settings = new S3Settings(endpoint, region, profile, pathStyle);
      if (client != null && !settings.equals(S3Settings.DEFAULTS)) {
        throw new IllegalStateException(
            "A client is set, which has its own endpoint, region, profile and path style; set"
                + " these on the client, or leave the client out");
      }
      return new S3CheckpointStore(
          client == null ? ClientHandle.own(settings) : ClientHandle.borrowed(client),
          bucket,
          prefix);
    }
  }

  /**
   * Opens {@code s3://bucket/prefix?endpoint=…&region=…&profile=…&path-style=true|false}. Makes no
   * request and looks up no credentials; both happen at first use. A bucket without a prefix is
   * opened only with {@code whole-bucket=true}, so that a whole bucket is not written to or cleared
   * because a prefix was forgotten. Stateless.
   */
  public static final class Provider implements StoreProvider {
    static final String WHOLE_BUCKET = "whole-bucket";

    /** For {@link java.util.ServiceLoader}. */
    public Provider() {}

    @Override
    public String scheme() {
      return "s3";
    }

    @Override
    public CheckpointStore open(StoreLocation location) {
      var known = new HashSet<>(S3Settings.OPTIONS);
      known.add(WHOLE_BUCKET);
      location.requireKnownOptions(known);
      int slash = location.path().indexOf('/');
      String bucket = slash < 0 ? location.path() : location.path().substring(0, slash);
      String prefix = slash < 0 ? "" : location.path().substring(slash + 1);
      if (bucket.indexOf('@') >= 0) {
        throw location.refused(
            "it has credentials in it, which would end up in logs and process lists",
            "Put them into the environment, a profile or the instance's role; write"
                + " s3://bucket/prefix");
      }
      BucketName.require(bucket);
      if (prefix.isEmpty() && !location.flag(WHOLE_BUCKET)) {
        throw location.refused(
            "it is a whole bucket, without a prefix",
            "Give a prefix, as in s3://bucket/prefix; if the bucket is meant for this alone, add"
                + " ?whole-bucket=true");
      }
      if (!prefix.isEmpty() && location.options().containsKey(WHOLE_BUCKET)) {
        throw location.refused(
            "it has both a prefix and the option whole-bucket", "Leave one of them out");
      }
      return new S3CheckpointStore(ClientHandle.own(S3Settings.of(location)), bucket, prefix);
    }

    /** Adds endpoint and region of the profile, if the location does not name them. */
    @Override
    public StoreLocation complete(StoreLocation location) {
      StoreLocation complete = location;
      for (Map.Entry<String, String> option :
          ProfileSettings.of(S3Settings.of(location)).options().entrySet()) {
        complete = complete.withDefaultOption(option.getKey(), option.getValue());
      }
      return complete;
    }
  }
}
