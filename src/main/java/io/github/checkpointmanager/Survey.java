package io.github.checkpointmanager;

import java.util.List;
import java.util.Objects;

/**
 * What stands at a location about some stages, read at about one time. Immutable.
 *
 * @param records their checkpoints, each head read and validated, and what stands in the place of
 *     others
 * @param claims where those stand that have a claim and no valid checkpoint, by stage
 */
public record Survey(Inventory records, List<StageStatus> claims) {
  public Survey {
    Objects.requireNonNull(records, "records");
    claims = List.copyOf(claims);
  }
}
