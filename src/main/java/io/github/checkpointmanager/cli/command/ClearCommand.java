package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.session.Session;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clear}: deletes checkpoints. */
@Command(name = "clear", description = "Delete the checkpoints of these stages, or all of them.")
public final class ClearCommand implements Callable<Integer> {
  private final Session session;

  @Mixin private final Deletion deletion = new Deletion();

  public ClearCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return deletion.run(session, Deletion.Kind.CLEAR);
  }
}
