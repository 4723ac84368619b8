package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;

/** Checks the settings of the bucket that matter for checkpoints. */
final class SettingChecks {
  private static final String VERSIONING = "versioning";
  private static final String ENCRYPTION = "default encryption";
  private static final String LOCK = "object lock";
  private static final String LIFECYCLE = "lifecycle rules";
  private static final String CHECKSUM = "checksums";

  private final S3Bucket bucket;
  private final ProbeKeys keys;

  SettingChecks(S3Bucket bucket, ProbeKeys keys) {
    this.bucket = bucket;
    this.keys = keys;
  }

  List<Finding> run() {
    return List.of(
        Check.setting(CHECKSUM, "s3:PutObject", this::checksum),
        Check.setting(VERSIONING, "s3:GetBucketVersioning", this::versioning),
        Check.setting(ENCRYPTION, "s3:GetEncryptionConfiguration", this::encryption),
        Check.setting(LOCK, "s3:GetBucketObjectLockConfiguration", this::lock),
        Check.setting(LIFECYCLE, "s3:GetLifecycleConfiguration", this::lifecycle));
  }

  /** A PUT whose Content-MD5 is wrong must be refused. */
  private Finding checksum() {
    try {
      bucket
          .client()
          .putObject(
              put ->
                  put.bucket(bucket.name())
                      .key(bucket.keys().objectKey(keys.key("md5")))
                      .ifNoneMatch("*")
                      .contentMD5("AAAAAAAAAAAAAAAAAAAAAA=="),
              RequestBody.fromBytes("checksum".getBytes(US_ASCII)));
      return Check.warning(
          CHECKSUM,
          "the server stores bytes that do not match their Content-MD5",
          "Damage on the way to the server shows only when the record is read; use https");
    } catch (SdkException e) {
      return switch (S3ErrorTranslator.code(e)) {
        case "BadDigest", "InvalidDigest" -> Check.ok(CHECKSUM, "a wrong Content-MD5 is refused");
        default -> throw e;
      };
    }
  }

  private Finding versioning() {
    BucketVersioningStatus status =
        bucket.client().getBucketVersioning(ask -> ask.bucket(bucket.name())).status();
    return status == BucketVersioningStatus.ENABLED
        ? Check.ok(VERSIONING, "enabled: replaced and cleared checkpoints can be restored")
        : Check.warning(
            VERSIONING,
            status == null ? "never enabled" : "suspended",
            "Replaced and cleared checkpoints are lost; enable versioning to keep them");
  }

  private Finding encryption() {
    try {
      var rules =
          bucket
              .client()
              .getBucketEncryption(ask -> ask.bucket(bucket.name()))
              .serverSideEncryptionConfiguration()
              .rules();
      return rules.isEmpty()
          ? notEncrypted()
          : Check.ok(
              ENCRYPTION,
              String.valueOf(rules.get(0).applyServerSideEncryptionByDefault().sseAlgorithm()));
    } catch (SdkException e) {
      if (S3ErrorTranslator.code(e).equals("ServerSideEncryptionConfigurationNotFoundError")) {
        return notEncrypted();
      }
      throw e;
    }
  }

  private static Finding notEncrypted() {
    return Check.warning(
        ENCRYPTION, "none", "Enable default encryption if the records are confidential");
  }

  private Finding lock() {
    try {
      var lock =
          bucket
              .client()
              .getObjectLockConfiguration(ask -> ask.bucket(bucket.name()))
              .objectLockConfiguration();
      if (lock == null || lock.objectLockEnabled() != ObjectLockEnabled.ENABLED) {
        return Check.ok(LOCK, "none");
      }
      return lock.rule() == null
          ? Check.ok(LOCK, "enabled, without a default retention")
          : Check.warning(
              LOCK,
              "enabled, with a default retention",
              "Every version is kept until its retention ends, each heartbeat's too; purge fails"
                  + " until then");
    } catch (SdkException e) {
      if (S3ErrorTranslator.code(e).equals("ObjectLockConfigurationNotFoundError")) {
        return Check.ok(LOCK, "none");
      }
      throw e;
    }
  }

  private Finding lifecycle() {
    List<LifecycleRule> rules;
    try {
      rules =
          bucket.client().getBucketLifecycleConfiguration(ask -> ask.bucket(bucket.name())).rules();
    } catch (SdkException e) {
      if (S3ErrorTranslator.code(e).equals("NoSuchLifecycleConfiguration")) {
        return Check.ok(LIFECYCLE, "none");
      }
      throw e;
    }
    List<String> threats = new ArrayList<>();
    rules.forEach(rule -> new LifecycleThreat(rule, bucket.keys().prefix()).describe(threats));
    return threats.isEmpty()
        ? Check.ok(LIFECYCLE, rules.size() + " in all, none touches checkpoints")
        : Check.warning(
            LIFECYCLE,
            String.join("; ", threats),
            "A stage whose checkpoint expires runs again, and an archived checkpoint cannot be"
                + " read; exempt this prefix, or let the rule wait longer than a run takes");
  }

  /**
   * Checks whether a lifecycle rule removes current checkpoints: it expires current versions, or
   * moves them to a storage class from which a GET fails. Looks at rules for keys under a store's
   * prefix and for objects without the tag of claims.
   *
   * @param prefix the store's
   */
  record LifecycleThreat(LifecycleRule rule, String prefix) {
    void describe(List<String> threats) {
      if (rule.status() != ExpirationStatus.ENABLED || !concernsPrefix() || isAboutTags()) {
        return;
      }
      String name = rule.id() == null ? "a rule without a name" : "rule '" + rule.id() + "'";
      var expiration = rule.expiration();
      if (expiration != null && (expiration.days() != null || expiration.date() != null)) {
        threats.add(
            name
                + " expires checkpoints "
                + (expiration.days() != null
                    ? "after " + expiration.days() + " days"
                    : "on " + expiration.date()));
      }
      rule.transitions().stream()
          .filter(transition -> isArchive(transition.storageClassAsString()))
          .forEach(
              transition ->
                  threats.add(name + " archives checkpoints (" + transition.storageClass() + ")"));
    }

    /** Objects of instant-retrieval classes can be read. */
    private static boolean isArchive(@Nullable String storageClass) {
      return "GLACIER".equals(storageClass) || "DEEP_ARCHIVE".equals(storageClass);
    }

    /** Either prefix may contain the other. */
    private boolean concernsPrefix() {
      String ruled = rulePrefix();
      return ruled.startsWith(prefix) || prefix.startsWith(ruled);
    }

    @SuppressWarnings("deprecation") // rules made before filters existed have it
    private String rulePrefix() {
      LifecycleRuleFilter filter = rule.filter();
      String found =
          filter == null
              ? rule.prefix()
              : filter.and() != null ? filter.and().prefix() : filter.prefix();
      return found == null ? "" : found;
    }

    /** Checkpoints have no tags, so a rule that requires one does not apply to them. */
    private boolean isAboutTags() {
      LifecycleRuleFilter filter = rule.filter();
      return filter != null
          && (filter.tag() != null || (filter.and() != null && filter.and().hasTags()));
    }
  }
}
