package io.github.checkpointmanager.pipeline.s3;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ContentDigest;
import io.github.checkpointmanager.internal.record.LogSafe;
import io.github.checkpointmanager.pipeline.InputException;
import io.github.checkpointmanager.pipeline.InputSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/**
 * Identifies objects of S3, {@code s3://bucket/key}, by their version id if the bucket keeps
 * versions, else by the checksum that S3 stores. Never by ETag, which is not a digest of the
 * content of multipart uploads and encrypted objects. Thread-safe. 1 HEAD for each object; for a
 * missing object 1 HEAD of the bucket more, because a 404 does not say which of the two is missing.
 * Needs the permission {@code s3:GetObject}, and {@code s3:ListBucket} to see that an object is
 * missing.
 */
public final class S3Inputs implements InputSource {
  private static final Pattern ADDRESS = Pattern.compile("s3://([^/]+)/(.*[^/])", Pattern.DOTALL);

  private final S3Client client;

  private S3Inputs(S3Client client) {
    this.client = client;
  }

  /** Returns a source that uses the caller's client, which is neither closed nor changed. */
  public static S3Inputs of(S3Client client) {
    return new S3Inputs(client);
  }

  @Override
  public boolean knows(String name) {
    return name.startsWith("s3://");
  }

  @Override
  public Optional<ContentDigest> identify(String name) throws InputException {
    Matcher address = ADDRESS.matcher(name);
    if (!address.matches()) {
      throw failed(
          name, "it is not the address of one object", "Write s3://bucket/key, one key each", null);
    }
    String bucket = address.group(1);
    String key = address.group(2);
    try {
      HeadObjectResponse head =
          client.headObject(
              request -> request.bucket(bucket).key(key).checksumMode(ChecksumMode.ENABLED));
      String identity = identity(head).orElseThrow(() -> unidentified(name));
      return Optional.of(new ContentDigest(head.contentLength(), identity));
    } catch (NoSuchKeyException e) {
      requireBucket(name, bucket);
      return Optional.empty();
    } catch (SdkException e) {
      throw failed(
          name,
          e.getClass().getSimpleName() + ", " + e.getMessage(),
          "Check address, region, credentials and the permission s3:GetObject",
          e);
    } catch (RuntimeException e) { // the HTTP client's; its message may quote a header
      throw failed(
          name,
          "the client failed, " + e.getClass().getSimpleName(),
          "Check the credentials, for a line break in them, and the AWS variables",
          null);
    }
  }

  /**
   * The version id, else the strongest checksum. A checksum of the parts' checksums ends in the
   * number of parts; it changes with the content too.
   */
  static Optional<String> identity(HeadObjectResponse head) {
    String version = head.versionId();
    // "null" is the version id of all objects that were written without versioning.
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

  private void requireBucket(String name, String bucket) throws InputException {
    try {
      client.headBucket(request -> request.bucket(bucket));
    } catch (SdkException e) {
      throw failed(
          name,
          "it is not known whether its bucket exists: " + e.getMessage(),
          "Check the bucket's name, and the permission s3:ListBucket",
          e);
    }
  }

  private static InputException unidentified(String name) {
    return failed(
        name,
        "its bucket keeps no versions and the object has no checksum, and an ETag is no digest of"
            + " the content",
        "Upload it again with a checksum (aws s3 cp --checksum-algorithm SHA256), or enable"
            + " versioning on the bucket, or declare a digest of your own",
        null);
  }

  private static InputException failed(
      String name, String why, String remedy, @Nullable Exception cause) {
    String message =
        quoted(name) + " cannot be identified: " + LogSafe.of(why) + ". " + remedy + ".";
    return cause == null ? new InputException(message) : new InputException(message, cause);
  }
}
