package io.github.checkpointmanager.internal.s3.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;

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
