package io.github.checkpointmanager;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A worker is executing the stage now. Wait, or force. */
public final class StageBusyException extends CheckpointException {
  private static final long serialVersionUID = 1L;

  private final List<String> stages;

  /** For stores, fakes and decorators of {@link CheckpointManager}. */
  public StageBusyException(Details details, @Nullable Throwable cause, List<String> stages) {
    super(Kind.BUSY, details, cause);
    this.stages = List.copyOf(stages);
  }

  /** The stages that are being worked on. */
  public List<String> stages() {
    return stages;
  }
}
