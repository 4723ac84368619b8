package io.github.checkpointmanager.internal.s3;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * The keys of one probe or one diagnosis, which all begin with the same {@code .probe-<random>},
 * and their removal. On a bucket with versioning a plain deletion leaves the version and a delete
 * marker; removing the version itself needs s3:DeleteObjectVersion. Thread-safe.
 */
final class ProbeKeys {
  private static final Logger LOG = LoggerFactory.getLogger(ProbeKeys.class);

  private final S3Bucket bucket;
  private final String stem;
  private final Set<String> used = new LinkedHashSet<>();

  ProbeKeys(S3Bucket bucket) {
    this.bucket = bucket;
    this.stem = ".probe-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  }

  /** Returns the key that has no suffix. */
  String key() {
    return stem;
  }

  /** Returns the key with a suffix, and notes it for {@link #removeAll}. */
  synchronized String key(String suffix) {
    String key = stem + "-" + suffix;
    used.add(key);
    return key;
  }

  /**
   * Removes one key: its version if it is known and may be deleted, otherwise plainly. Never
   * throws: what the probe found out matters more. One request, or two.
   */
  void remove(String key, @Nullable String versionId) {
    if (versionId != null && tryDelete(key, versionId).isEmpty()) {
      return;
    }
    tryDelete(key, null)
        // What is not S3 has no objects; the failure of the probe tells what answered.
        .filter(e -> !(e instanceof AwsServiceException) || !S3ErrorTranslator.code(e).isEmpty())
        .ifPresent(
            e ->
                LOG.warn(
                    "A probe's object may be left behind, look for it: {}", bucket.describe(key)));
  }

  /** Deletes; returns the failure. */
  private Optional<SdkException> tryDelete(String key, @Nullable String versionId) {
    try {
      String objectKey = bucket.objectKey(key);
      bucket.send(
          S3Operation.PURGE,
          s3 ->
              s3.deleteObject(
                  ask -> ask.bucket(bucket.name()).key(objectKey).versionId(versionId)));
      return Optional.empty();
    } catch (SdkException e) {
      LOG.debug("Deleting the probe's object {} failed", bucket.describe(key), e);
      return Optional.of(e);
    }
  }

  /**
   * Removes all keys with all their versions and delete markers; plainly, and returns false, where
   * the server lists no versions.
   */
  synchronized boolean removeAll() {
    try {
      removeVersions();
      return true;
    } catch (SdkException e) {
      LOG.debug("Versions of {} could not be removed", bucket.describe(stem), e);
      used.forEach(key -> remove(key, null));
      return false;
    }
  }

  private void removeVersions() {
    var all =
        bucket.send(
            S3Operation.LIST_VERSIONS,
            s3 ->
                s3.listObjectVersions(
                    ask -> ask.bucket(bucket.name()).prefix(bucket.objectKey(stem))));
    List<ObjectIdentifier> left = new ArrayList<>();
    all.versions().forEach(v -> left.add(DeleteBatch.identifier(v.key(), v.versionId())));
    all.deleteMarkers().forEach(m -> left.add(DeleteBatch.identifier(m.key(), m.versionId())));
    if (left.isEmpty()) {
      return;
    }
    var reply =
        bucket.send(
            S3Operation.PURGE,
            s3 -> s3.deleteObjects(ask -> ask.bucket(bucket.name()).delete(d -> d.objects(left))));
    if (reply.hasErrors()) {
      throw SdkException.create(String.valueOf(reply.errors().get(0).code()), null);
    }
  }
}
