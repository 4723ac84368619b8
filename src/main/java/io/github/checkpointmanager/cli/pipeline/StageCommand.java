package io.github.checkpointmanager.cli.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a stage runs. Immutable.
 *
 * @param script for {@code sh -e -c}
 * @param variables of its environment that the file declares: {@code env}, and each parameter as
 *     {@code CHECKPOINT_PARAM_name}
 */
public record StageCommand(String script, Map<String, String> variables) {
  public StageCommand {
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }
}
