package io.github.checkpointmanager.internal.s3.doctor;

import io.github.checkpointmanager.internal.s3.object.ProbeCleaner;
import io.github.checkpointmanager.internal.s3.object.S3Bucket;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * The keys of one diagnosis, which all begin with the same {@code .probe-<random>}, and their
 * removal: every version and delete marker of them.
 */
final class DoctorKeys {
  private static final Logger LOG = LoggerFactory.getLogger(DoctorKeys.class);

  private final S3Bucket bucket;
  private final String stem;
  private final List<String> used = new ArrayList<>();

  DoctorKeys(S3Bucket bucket) {
    this.bucket = bucket;
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    this.stem = ".probe-" + HexFormat.of().formatHex(random);
  }

  synchronized String key(String suffix) {
    String key = stem + "-" + suffix;
    if (!used.contains(key)) {
      used.add(key);
    }
    return key;
  }

  /**
   * Removes everything; a server that lists no versions gets plain deletions.
   *
   * @return whether nothing is left for all we know
   */
  boolean clean() {
    try {
      removeVersions();
      return true;
    } catch (SdkException e) {
      LOG.debug("Versions of {} could not be removed", bucket.describe(stem), e);
      var cleaner = new ProbeCleaner(bucket);
      used.forEach(key -> cleaner.delete(key, Optional.empty()));
      return false;
    }
  }

  private void removeVersions() {
    ListObjectVersionsResponse all =
        bucket
            .client()
            .listObjectVersions(
                ListObjectVersionsRequest.builder()
                    .bucket(bucket.name())
                    .prefix(bucket.keys().objectKey(stem))
                    .build());
    List<ObjectIdentifier> left = new ArrayList<>();
    all.versions().forEach(v -> left.add(identifier(v.key(), v.versionId())));
    all.deleteMarkers().forEach(m -> left.add(identifier(m.key(), m.versionId())));
    if (!left.isEmpty()) {
      var reply =
          bucket
              .client()
              .deleteObjects(
                  DeleteObjectsRequest.builder()
                      .bucket(bucket.name())
                      .delete(Delete.builder().objects(left).build())
                      .build());
      if (reply.hasErrors()) {
        throw SdkException.create(String.valueOf(reply.errors().get(0).code()), null);
      }
    }
  }

  private static ObjectIdentifier identifier(String objectKey, String versionId) {
    return ObjectIdentifier.builder().key(objectKey).versionId(versionId).build();
  }
}
