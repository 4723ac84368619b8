package io.github.checkpointmanager.chaos;

import java.util.ArrayList;
import java.util.List;

/** Finds in a history what must never happen. Reads only the history. */
final class HistoryCheck {
  private HistoryCheck() {}

  static List<Violation> violations(History history) {
    List<Violation> found = new ArrayList<>();
    history.problems().stream()
        .map(problem -> new Violation(Violation.Kind.NO_SINGLE_RECORD, "-", problem))
        .forEach(found::add);
    for (String stage : history.stages().stream().sorted().toList()) {
      StageHistory of = StageHistory.of(history, stage);
      found.addAll(of.chain().violations());
      found.addAll(new ClaimRules(of).violations());
      found.addAll(new RecordRules(of).violations());
      found.addAll(new WaiterRules(of).violations());
    }
    return found;
  }
}
