package io.github.checkpointmanager.pipeline.s3;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** What identifies the content of an object, from what S3 says of it. Pure. */
final class ObjectIdentity {
  private ObjectIdentity() {}

  /**
   * The version id, else the strongest checksum there is. A checksum that S3 made of the parts'
   * checksums ends in their number; it changes with the content too.
   */
  static Optional<String> of(HeadObjectResponse head) {
    String version = head.versionId();
    // "null" is what all objects are called that were written while no versions were kept.
    if (version != null && !version.equals("null")) {
      return Optional.of("s3-version:" + version);
    }
    return checksum("sha256", head.checksumSHA256())
        .or(() -> checksum("sha1", head.checksumSHA1()))
        .or(() -> checksum("crc64nvme", head.checksumCRC64NVME()))
        .or(() -> checksum("crc32c", head.checksumCRC32C()))
        .or(() -> checksum("crc32", head.checksumCRC32()));
  }

  private static Optional<String> checksum(String algorithm, @Nullable String value) {
    return Optional.ofNullable(value).map(text -> "s3-" + algorithm + ":" + text);
  }
}
