package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code purge}: deletes checkpoints with all their history. */
@Command(
    name = "purge",
    description = "Delete these stages, or all, with all their history. Cannot be undone.")
final class PurgeCommand implements Subcommand {
  @Mixin private final Deletion deletion = new Deletion();

  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    return deletion.run(pipeline.of(session), Deletion.Kind.PURGE);
  }
}
