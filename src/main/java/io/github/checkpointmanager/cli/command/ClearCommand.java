package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code clear}: deletes checkpoints. */
@Command(name = "clear", description = "Delete the checkpoints of these stages, or all of them.")
final class ClearCommand implements Subcommand {
  @Mixin private final Deletion deletion = new Deletion();

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    return deletion.run(pipeline.of(session), Deletion.Kind.CLEAR);
  }
}
