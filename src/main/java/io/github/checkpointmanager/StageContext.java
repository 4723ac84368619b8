package io.github.checkpointmanager;

/** What a task can know and say while it executes a claimed stage. Thread-safe. */
public final class StageContext {
  private final Claim claim;

  StageContext(Claim claim) {
    this.claim = claim;
  }

  public String stage() {
    return claim.stage();
  }

  /** Which execution of the stage this is, from 1, since the last clear. */
  public long attempt() {
    return claim.attempt();
  }

  /**
   * A number greater than that of every earlier attempt: other systems refuse what carries a
   * smaller one.
   */
  public long fencingToken() {
    return claim.fencingToken();
  }

  /**
   * Whether the stage is still this worker's; look before anything that cannot be undone. No
   * request.
   */
  public boolean isValid() {
    return claim.isValid();
  }

  /** A text for others to see, written with the next renewal. No request. */
  public void progress(String text) {
    claim.progress(text);
  }
}
