package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.pipeline.FileOption;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.cli.session.Subcommand;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.StoreLocation;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code doctor}: whether a store is fit for checkpoints. */
@Command(
    name = "doctor",
    description = "Try everything that is needed of the store; exit with 6 if it is unfit.")
final class DoctorCommand implements Subcommand {
  @Mixin private final FileOption pipeline = new FileOption();

  @Override
  public int run(Session session) {
    List<Finding> findings;
    String location;
    try (CheckpointStore store = pipeline.of(session).openStore()) {
      location = StoreLocation.parse(store.location()).withoutOptions();
      findings = store.diagnose();
    }
    boolean fit =
        findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.FAILED);
    Output output = session.output();
    if (output.isJson()) {
      output.document(
          Json.object().put("location", location).put("fit", fit).put("findings", findings));
    } else {
      Table table = new Table("CHECK", "VERDICT", "DETAIL", "ADVICE");
      for (Finding f : findings) {
        table.row(f.check(), f.verdict().name(), f.detail(), f.advice());
      }
      output.table(table);
      output.line(location + (fit ? " is fit for checkpoints." : " is unfit."));
    }
    return fit ? ExitCodes.DONE : ExitCodes.STORE;
  }
}
