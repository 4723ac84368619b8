package io.github.checkpointmanager.internal.s3.client;

import io.github.checkpointmanager.store.StoreException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refuses malformed names of general purpose buckets before any request. The rules are those of the
 * Amazon S3 User Guide, "General purpose bucket naming rules"
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html). The alias of an access
 * point ({@code …-s3alias}) is accepted: it denotes one bucket, and conditional writes work there.
 */
public final class BucketName {
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
    if (name.startsWith("arn:")) {
      return name.contains(":accesspoint") && name.contains("s3::")
          ? "a multi-region access point is several buckets, and conditional writes work within"
              + " one bucket only"
          : "it is an ARN, not a name";
    }
    if (name.length() < 3 || name.length() > 63) {
      return "it has " + name.length() + " characters, and a bucket's name has 3 to 63";
    }
    if (!FORM.matcher(name).matches()) {
      return "a bucket's name consists of lower-case letters, digits, dots and hyphens, and begins"
          + " and ends with a letter or digit";
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
    if (name.endsWith(".mrap")) {
      return "a multi-region access point is several buckets, and conditional writes work within"
          + " one bucket only";
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
