package io.github.checkpointmanager.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecutionCookieTest {
  private static final ExecutionCookie OUTER = new ExecutionCookie("0".repeat(32));
  private static final ExecutionCookie INNER = new ExecutionCookie("1".repeat(32));

  @Test
  void draw_givesAnotherCookieEachTime() {
    assertThat(ExecutionCookie.draw()).isNotEqualTo(ExecutionCookie.draw());
  }

  @Test
  void aValueOfAnotherForm_isRefused() {
    assertThatThrownBy(() -> new ExecutionCookie("0".repeat(31)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ExecutionCookie("0".repeat(31) + ":"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void nestedExecutions_areInheritedOutermostFirst() {
    Map<String, String> environment = new HashMap<>();

    OUTER.addTo(environment);
    INNER.addTo(environment);
    INNER.addTo(environment);

    assertThat(environment)
        .containsOnly(Map.entry("CHECKPOINT_EXECUTIONS", "0".repeat(32) + ":" + "1".repeat(32)));
    assertThat(ExecutionCookie.inherited(environment)).containsExactly(OUTER, INNER);
  }

  @Test
  void whatIsNoCookie_isNeitherReadNorHandedOn() {
    Map<String, String> environment = new HashMap<>();
    environment.put("CHECKPOINT_EXECUTIONS", ":x:" + "0".repeat(32) + ":" + "A".repeat(32));

    assertThat(ExecutionCookie.inherited(environment)).containsExactly(OUTER);
    INNER.addTo(environment);
    assertThat(environment.get("CHECKPOINT_EXECUTIONS"))
        .isEqualTo("0".repeat(32) + ":" + "1".repeat(32));
    assertThat(ExecutionCookie.inherited(Map.of())).isEmpty();
  }
}
