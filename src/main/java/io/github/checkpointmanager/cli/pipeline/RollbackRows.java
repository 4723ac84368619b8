package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.output.Table;
import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.pipeline.rollback.RollbackJournal;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan;
import io.github.checkpointmanager.pipeline.rollback.RollbackPlan.RollbackStep;
import io.github.checkpointmanager.pipeline.rollback.RollbackReport;
import java.util.ArrayList;
import java.util.List;

/** What {@code rollback} prints for people. */
public final class RollbackRows {
  private RollbackRows() {}

  public static List<String> planned(RollbackPlan plan) {
    List<String> rows = new ArrayList<>();
    if (plan.steps().isEmpty()) {
      rows.add("there is nothing to undo");
    }
    plan.steps().forEach(step -> rows.add("would undo " + described(step)));
    return rows;
  }

  public static String doing(RollbackStep step) {
    return "undoing " + described(step);
  }

  private static String described(RollbackStep step) {
    String how =
        switch (step.action()) {
          case COMPENSATE -> step.attempt() == 1 ? "" : " (attempt " + step.attempt() + ")";
          case FORGET -> " (it declares no rollback: only its checkpoint goes)";
          case RESUME -> " (its rollback has run before: only its checkpoint goes)";
        };
    return Text.printable(step.stage()) + how;
  }

  public static List<String> done(RollbackReport report) {
    List<String> rows = new ArrayList<>();
    if (report.plan().steps().isEmpty()) {
      rows.add("there is nothing to undo");
    }
    report.undone().forEach(stage -> rows.add("undone " + Text.printable(stage)));
    report
        .failure()
        .ifPresent(
            failure ->
                rows.add(
                    "stopped at "
                        + Text.printable(failure.stage())
                        + " (attempt "
                        + failure.attempt()
                        + "): "
                        + Text.printable(Text.reason(failure.cause()))
                        + "; fix it and run the rollback again"));
    return rows;
  }

  public static Table journal(RollbackJournal journal) {
    Table table = new Table("TIME", "EVENT", "STAGE", "ATTEMPT", "DETAIL");
    for (RollbackJournal.Entry entry : journal.entries()) {
      table.row(
          Text.seconds(entry.at()),
          Text.lower(entry.event()),
          entry.stage().isEmpty() ? "-" : entry.stage(),
          entry.attempt() == 0 ? "-" : Long.toString(entry.attempt()),
          entry.detail());
    }
    return table;
  }
}
