package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.pipeline.TaskContext;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The context of a compensation. It has no checkpoint, so metadata and payload are refused. */
record CompensationContext(RollbackStep step, Claim claim) implements TaskContext {
  @Override
  public String stage() {
    return step.stage();
  }

  @Override
  public long attempt() {
    return step.attempt();
  }

  @Override
  public OptionalLong fencingToken() {
    return OptionalLong.of(claim.fencingToken());
  }

  @Override
  public Optional<String> executionId() {
    return Optional.of(claim.executionId());
  }

  @Override
  public boolean isValid() {
    return claim.isValid();
  }

  @Override
  public void progress(String text) {
    claim.progress(text);
  }

  @Override
  public void meta(String name, String value) {
    throw noCheckpoint();
  }

  @Override
  public void payload(String contentType, byte[] bytes) {
    throw noCheckpoint();
  }

  private static UnsupportedOperationException noCheckpoint() {
    return new UnsupportedOperationException(
        "A compensation has no checkpoint: it takes no metadata and no payload.");
  }

  /** Those with which the stage ran. */
  @Override
  public Map<String, String> params() {
    Map<String, String> params = new LinkedHashMap<>();
    step.parameters().forEach(p -> p.value().ifPresent(value -> params.put(p.name(), value)));
    return Collections.unmodifiableMap(params);
  }
}
