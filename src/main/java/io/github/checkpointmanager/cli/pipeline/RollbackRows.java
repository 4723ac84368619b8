package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@code rollback} prints for people. */
public final class RollbackRows {
  private static final String NOTHING = "there is nothing to undo";

  private RollbackRows() {}

  public static List<String> planned(RollbackPlan plan) {
    return plan.steps().isEmpty()
        ? List.of(NOTHING)
        : plan.steps().stream().map(step -> "would undo " + described(step)).toList();
  }

  public static String doing(RollbackStep step) {
    return "undoing " + described(step);
  }

  private static String described(RollbackStep step) {
    return step.stage()
        + switch (step.action()) {
          case COMPENSATE -> step.attempt() == 1 ? "" : " (attempt " + step.attempt() + ")";
          case FORGET -> " (it declares no rollback: only its checkpoint goes)";
          case RESUME -> " (its rollback has run before: only its checkpoint goes)";
        };
  }

  public static List<String> done(RollbackReport report) {
    List<String> rows = new ArrayList<>();
    if (report.plan().steps().isEmpty()) {
      rows.add(NOTHING);
    }
    report.undone().forEach(stage -> rows.add("undone " + stage));
    report
        .failure()
        .ifPresent(
            failure ->
                rows.add(
                    String.format(
                        Locale.ROOT,
                        "stopped at %s (attempt %d): %s; fix it and run the rollback again",
                        failure.stage(),
                        failure.attempt(),
                        Text.reason(failure.cause()))));
    return rows;
  }

  public static Table journal(RollbackJournal journal) {
    Table table = new Table("TIME", "EVENT", "STAGE", "ATTEMPT", "DETAIL");
    for (RollbackJournal.Entry entry : journal.entries()) {
      table.row(
          entry.at(),
          entry.event(),
          entry.stage().isEmpty() ? Table.NONE : entry.stage(),
          entry.attempt() == 0 ? Table.NONE : entry.attempt(),
          entry.detail());
    }
    return table;
  }
}
