package io.github.checkpointmanager.internal.read;

import io.github.checkpointmanager.internal.record.StageName;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.Listing;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The keys of a location that are its own: directly under its prefix, with one of our names,
 * canonical. Everything else there belongs to other tools and is never touched. What it says is
 * presumed: a listing does not validate records.
 *
 * @param checkpoints stage to key, sorted by stage
 * @param claims stage to key, sorted by stage
 * @param documents keys of the location's documents, sorted
 * @param children names of the levels below, each ending in a slash
 * @param storeTime the store's clock at the last page, where it can be trusted
 */
public record LocationListing(
    Map<String, Listing.Entry> checkpoints,
    Map<String, Listing.Entry> claims,
    List<String> documents,
    List<String> children,
    Optional<Instant> storeTime) {
  public LocationListing {
    checkpoints = Collections.unmodifiableMap(checkpoints);
    claims = Collections.unmodifiableMap(claims);
  }

  /** The names of keys that are no stage's. */
  private static final Set<String> DOCUMENTS = Set.of("pipeline.manifest", "rollback.journal");

  /** The stages that have a checkpoint or a claim. Sorted, a copy. */
  public SortedSet<String> stages() {
    SortedSet<String> stages = new TreeSet<>(checkpoints.keySet());
    stages.addAll(claims.keySet());
    return stages;
  }

  /** Lists a level; prefixes end in a slash. max(1, ⌈k/1000⌉) requests for k keys on S3. */
  public static LocationListing list(CheckpointStore store, String prefix) {
    Map<String, Listing.Entry> checkpoints = new TreeMap<>();
    Map<String, Listing.Entry> claims = new TreeMap<>();
    TreeSet<String> documents = new TreeSet<>();
    TreeSet<String> children = new TreeSet<>();
    Optional<Instant> storeTime = Optional.empty();
    for (Listing.Page page : store.list(prefix)) {
      storeTime = page.storeTime();
      children.addAll(page.children());
      for (Listing.Entry object : page.objects()) {
        String key = object.key().substring(prefix.length());
        StageName.ofCheckpointKey(key).ifPresent(stage -> checkpoints.put(stage, object));
        StageName.ofClaimKey(key).ifPresent(stage -> claims.put(stage, object));
        if (DOCUMENTS.contains(key)) {
          documents.add(key);
        }
      }
    }
    return new LocationListing(
        checkpoints, claims, List.copyOf(documents), List.copyOf(children), storeTime);
  }
}
