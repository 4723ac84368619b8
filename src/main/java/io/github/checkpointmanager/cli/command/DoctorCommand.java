package io.github.checkpointmanager.cli.command;

import io.github.checkpointmanager.cli.output.ExitCodes;
import io.github.checkpointmanager.cli.output.Json;
import io.github.checkpointmanager.cli.output.Output;
import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.session.Session;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.CheckpointStore.Finding;
import io.github.checkpointmanager.store.StoreLocation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code doctor}: whether a store is fit for checkpoints. */
@Command(
    name = "doctor",
    description = "Try everything that is needed of the store; exit with 6 if it is unfit.")
public final class DoctorCommand implements Callable<Integer> {
  private final Session session;

  public DoctorCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    List<Finding> findings;
    String location;
    try (CheckpointStore store = session.openStore()) {
      location = StoreLocation.parse(store.location()).withoutOptions();
      findings = store.diagnose();
    }
    boolean fit =
        findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.FAILED);
    Output output = session.output();
    if (output.isJson()) {
      output.document(Json.diagnosis(location, fit, findings));
    } else {
      Table table = new Table("CHECK", "VERDICT", "DETAIL", "ADVICE");
      for (Finding f : findings) {
        table.row(f.check(), f.verdict().name(), f.detail(), f.advice());
      }
      table.lines().forEach(output::line);
      output.line(Text.printable(location) + (fit ? " is fit for checkpoints." : " is unfit."));
    }
    return fit ? ExitCodes.DONE : ExitCodes.STORE;
  }
}
