package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clear}: deletes checkpoints. */
@Command(name = "clear", description = "Delete the checkpoints of these stages, or all of them.")
final class ClearCommand implements Subcommand {
  @Mixin private final Deletion deletion = new Deletion();

  @Override
  public int run(Session session) {
    return deletion.run(session, Deletion.Kind.CLEAR);
  }
}
