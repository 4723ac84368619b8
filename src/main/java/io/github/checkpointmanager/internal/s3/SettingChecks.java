package io.github.checkpointmanager.internal.s3;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.github.checkpointmanager.store.CheckpointStore.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;

/** Checks the settings of the bucket that matter for checkpoints. */
final class SettingChecks {

  private final S3Bucket bucket;
  private final ProbeKeys keys;

  SettingChecks(S3Bucket bucket, ProbeKeys keys) {
    this.bucket = bucket;
    this.keys = keys;
  }

  List<Finding> run() {
    return List.of(
        setting("checksums", "s3:PutObject", this::checksum),
        setting("versioning", "s3:GetBucketVersioning", this::versioning),
        setting("default encryption", "s3:GetEncryptionConfiguration", this::encryption),
        setting("object lock", "s3:GetBucketObjectLockConfiguration", this::lock),
        setting("lifecycle rules", "s3:GetLifecycleConfiguration", this::lifecycle));
  }

  /** Runs a check of a setting: no permission or no such function makes it unknown. */
  private static Finding setting(String check, String permission, Function<String, Finding> body) {
    try {
      return body.apply(check);
    } catch (SdkException e) {
      String code = S3ErrorTranslator.code(e);
      return Finding.unknown(
          check,
          "it could not be read: " + (code.isEmpty() ? "no valid answer" : code),
          code.equals("AccessDenied") ? "Grant " + permission + " to have it checked" : "");
    }
  }

  /** A PUT whose Content-MD5 is wrong must be refused. */
  private Finding checksum(String check) {
    try {
      String key = bucket.objectKey(keys.key("md5"));
      bucket.send(
          S3Operation.CREATE,
          s3 ->
              s3.putObject(
                  put ->
                      put.bucket(bucket.name())
                          .key(key)
                          .ifNoneMatch("*")
                          .contentMD5("AAAAAAAAAAAAAAAAAAAAAA=="),
                  RequestBody.fromBytes("checksum".getBytes(US_ASCII))));
      return Finding.warning(
          check,
          "the server stores bytes that do not match their Content-MD5",
          "Damage on the way to the server shows only when the record is read; use https");
    } catch (SdkException e) {
      return switch (S3ErrorTranslator.code(e)) {
        case "BadDigest", "InvalidDigest" -> Finding.ok(check, "a wrong Content-MD5 is refused");
        default -> throw e;
      };
    }
  }

  private Finding versioning(String check) {
    BucketVersioningStatus status =
        bucket
            .send(
                S3Operation.BUCKET_VERSIONING,
                s3 -> s3.getBucketVersioning(ask -> ask.bucket(bucket.name())))
            .status();
    return status == BucketVersioningStatus.ENABLED
        ? Finding.ok(check, "enabled: replaced and cleared checkpoints can be restored")
        : Finding.warning(
            check,
            status == null ? "never enabled" : "suspended",
            "Replaced and cleared checkpoints are lost; enable versioning to keep them");
  }

  private Finding encryption(String check) {
    return read(
            "ServerSideEncryptionConfigurationNotFoundError",
            s3 -> s3.getBucketEncryption(ask -> ask.bucket(bucket.name())))
        .flatMap(found -> found.serverSideEncryptionConfiguration().rules().stream().findFirst())
        .map(rule -> rule.applyServerSideEncryptionByDefault().sseAlgorithm())
        .map(algorithm -> Finding.ok(check, algorithm.toString()))
        .orElseGet(
            () ->
                Finding.warning(
                    check, "none", "Enable default encryption if the records are confidential"));
  }

  private Finding lock(String check) {
    var lock =
        read(
                "ObjectLockConfigurationNotFoundError",
                s3 -> s3.getObjectLockConfiguration(ask -> ask.bucket(bucket.name())))
            .map(found -> found.objectLockConfiguration())
            .filter(found -> found.objectLockEnabled() == ObjectLockEnabled.ENABLED);
    if (lock.isEmpty()) {
      return Finding.ok(check, "none");
    }
    return lock.get().rule() == null
        ? Finding.ok(check, "enabled, without a default retention")
        : Finding.warning(
            check,
            "enabled, with a default retention",
            "Every version is kept until its retention ends, each heartbeat's too; purge fails"
                + " until then");
  }

  private Finding lifecycle(String check) {
    return read(
            "NoSuchLifecycleConfiguration",
            s3 -> s3.getBucketLifecycleConfiguration(ask -> ask.bucket(bucket.name())))
        .map(found -> judge(check, found.rules()))
        .orElseGet(() -> Finding.ok(check, "none"));
  }

  /** Reads a setting; empty when S3 answers with the code for a setting that was never made. */
  private <T> Optional<T> read(String absent, Function<S3Client, T> request) {
    try {
      return Optional.of(bucket.send(S3Operation.READ, request));
    } catch (SdkException e) {
      if (S3ErrorTranslator.code(e).equals(absent)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Finding judge(String check, List<LifecycleRule> rules) {
    List<String> threats = new ArrayList<>();
    rules.forEach(rule -> new LifecycleThreat(rule, bucket.prefix()).describe(threats));
    return threats.isEmpty()
        ? Finding.ok(check, rules.size() + " in all, none touches checkpoints")
        : Finding.warning(
            check,
            String.join("; ", threats),
            "A stage whose checkpoint expires runs again, and an archived checkpoint cannot be"
                + " read; exempt this prefix, or let the rule wait longer than a run takes");
  }

  /**
   * Checks whether a lifecycle rule removes current checkpoints: it expires current versions, or
   * moves them to a storage class from which a GET fails. Looks at rules for keys under a store's
   * prefix and for objects without the tag of claims.
   */
  record LifecycleThreat(LifecycleRule rule, String prefix) {
    void describe(List<String> threats) {
      if (rule.status() != ExpirationStatus.ENABLED || !concernsPrefix() || isAboutTags()) {
        return;
      }
      String name = rule.id() == null ? "a rule without a name" : "rule '" + rule.id() + "'";
      var expiration = rule.expiration();
      if (expiration != null && (expiration.days() != null || expiration.date() != null)) {
        String when =
            expiration.days() != null
                ? "after " + expiration.days() + " days"
                : "on " + expiration.date();
        threats.add(name + " expires checkpoints " + when);
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
