package io.github.checkpointmanager.pipeline.rollback;

import io.github.checkpointmanager.Claim;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.TaskContext;
import java.util.Map;
import java.util.OptionalLong;

/** The context of a compensation. It has no checkpoint, so metadata and payload are refused. */
record CompensationContext(PipelineStage declaration, Claim claim, long attempt)
    implements TaskContext {
  @Override
  public String stage() {
    return declaration.name();
  }

  @Override
  public OptionalLong fencingToken() {
    return OptionalLong.of(claim.fencingToken());
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

  @Override
  public Map<String, String> params() {
    return declaration.params();
  }
}
