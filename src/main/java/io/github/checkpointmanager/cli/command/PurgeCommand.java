package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code purge}: deletes checkpoints with all their history. */
@Command(
    name = "purge",
    description = "Delete these stages, or all, with all their history. Cannot be undone.")
public final class PurgeCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final Deletion deletion = new Deletion();

  public PurgeCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return deletion.run(session, Deletion.Kind.PURGE);
  }
}
