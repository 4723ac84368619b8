package io.github.checkpointmanager.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.pipeline.StageReport.StageOutcome;
import io.github.checkpointmanager.store.Explained;
import io.github.checkpointmanager.store.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run left stages that are not completed; see {@link RunReport#orThrow()}. The message names the
 * pipeline, each stage that failed or was blocked with its reason, and how to resume. The cause is
 * the failure of the first of these stages that has one; those of the others are suppressed. The
 * completed stages stay completed.
 */
public final class RunIncompleteException extends RuntimeException implements Explained {
  private static final long serialVersionUID = 1L;

  /** More stages than this are counted, not named. */
  private static final int MOST_NAMED = 10;

  private final Explanation explanation;
  private final transient @Nullable RunReport report;

  RunIncompleteException(RunReport report) {
    this(report, explain(report).logSafe());
  }

  private RunIncompleteException(RunReport report, Explanation explanation) {
    super(explanation.message());
    this.explanation = explanation;
    this.report = report;
    for (StageReport stage : report.stages()) {
      stage.failure().ifPresent(this::add);
    }
  }

  private void add(Throwable failure) {
    if (getCause() == null) {
      initCause(failure);
    } else if (failure != getCause()) {
      addSuppressed(failure);
    }
  }

  private static Explanation explain(RunReport report) {
    List<StageReport> causes =
        report.stages().stream().filter(stage -> !stage.isCompleted() && !isAfter(stage)).toList();
    List<String> parts = new ArrayList<>();
    causes.stream().limit(MOST_NAMED).map(RunIncompleteException::sentence).forEach(parts::add);
    if (causes.size() > MOST_NAMED) {
      parts.add((causes.size() - MOST_NAMED) + " more are not completed");
    }
    List<String> after =
        report.stages().stream()
            .filter(RunIncompleteException::isAfter)
            .map(stage -> quoted(stage.stage()))
            .toList();
    if (!after.isEmpty()) {
      String more = after.size() > MOST_NAMED ? ", …" : "";
      parts.add(
          "after them "
              + String.join(", ", after.subList(0, Math.min(after.size(), MOST_NAMED)))
              + more
              + " did not run");
    }
    return new Explanation(
        "The pipeline " + quoted(report.pipeline()) + " is not completed",
        String.join("; ", parts),
        "Fix that, then resume: " + withoutStop(report.resume().orElse("run it again")));
  }

  private static boolean isAfter(StageReport stage) {
    return stage.outcome() == StageOutcome.BLOCKED
        && stage.reason().code() == Reason.Code.UPSTREAM_BLOCKED;
  }

  private static String sentence(StageReport stage) {
    return String.format(
        Locale.ROOT,
        "%s %s: %s",
        quoted(stage.stage()),
        outcome(stage.outcome()),
        withoutStop(stage.reason().sentence()));
  }

  private static String outcome(StageOutcome outcome) {
    return switch (outcome) {
      case FAILED -> "failed";
      case NOT_SAVED -> "was not saved";
      case BLOCKED -> "is blocked";
      case RAN, SKIPPED -> throw new IllegalArgumentException("completed: " + outcome);
    };
  }

  private static String withoutStop(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  @Override
  public Explanation explanation() {
    return explanation;
  }

  /** The report; empty when the exception was deserialized, since a report is not serializable. */
  public Optional<RunReport> report() {
    return Optional.ofNullable(report);
  }
}
