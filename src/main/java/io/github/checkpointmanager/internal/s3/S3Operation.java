package io.github.checkpointmanager.internal.s3;

/** The operations of S3 that are used, with the permissions that they need, for messages. */
enum S3Operation {
  READ(
      "Reading",
      false,
      "s3:GetObject on the key and s3:ListBucket on the bucket (without the latter S3 answers 403"
          + " for a key that does not exist), and kms:Decrypt when the bucket is encrypted with an"
          + " own key"),
  CREATE(
      "Creating",
      true,
      "s3:PutObject on the key, and kms:GenerateDataKey when the bucket is encrypted with an own"
          + " key"),
  REPLACE(
      "Replacing",
      true,
      "s3:PutObject and s3:GetObject on the key (S3 requires both for If-Match), and"
          + " kms:GenerateDataKey when the bucket is encrypted with an own key"),
  DELETE(
      "Deleting",
      true,
      "s3:DeleteObject and s3:GetObject on the keys (S3 requires both where it compares the"
          + " version)"),
  PURGE(
      "Deleting versions of",
      true,
      "s3:DeleteObjectVersion on the keys (and s3:BypassGovernanceRetention where object lock keeps"
          + " them)"),
  LIST("Listing", false, "s3:ListBucket on the bucket"),
  LIST_VERSIONS("Listing the versions of", false, "s3:ListBucketVersions on the bucket"),
  READ_VERSION(
      "Reading a version of", false, "s3:GetObjectVersion on the key and s3:ListBucketVersions"),
  BUCKET_VERSIONING("Asking for the versioning of", false, "s3:GetBucketVersioning on the bucket");

  private final String verb;
  private final boolean writing;
  private final String permission;

  S3Operation(String verb, boolean writing, String permission) {
    this.verb = verb;
    this.writing = writing;
    this.permission = permission;
  }

  String verb() {
    return verb;
  }

  /** Returns whether the outcome is unknown when the reply is lost. */
  boolean writing() {
    return writing;
  }

  /**
   * Returns whether a request whose reply was lost may be sent again at once. Not a plain deletion:
   * sent again, it would hit what was written in between.
   */
  boolean repeatable() {
    return this != DELETE;
  }

  boolean conditional() {
    return this == CREATE || this == REPLACE;
  }

  /** Returns the header that carries this operation's condition. */
  String conditionHeader() {
    return this == CREATE ? "If-None-Match" : "If-Match";
  }

  String permission() {
    return permission;
  }
}
