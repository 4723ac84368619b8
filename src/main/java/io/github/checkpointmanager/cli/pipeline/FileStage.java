package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PipelineTask;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** One stage of the file. Immutable. */
record FileStage(
    YamlText name,
    StageCommand run,
    List<YamlText> after,
    List<YamlText> inputs,
    Map<String, String> params,
    String version,
    List<YamlText> outputs,
    Optional<StageCommand> rollback,
    Optional<Duration> lease,
    long maxAttempts) {

  PipelineStage.Builder declare(Function<StageCommand, PipelineTask> tasks) {
    PipelineStage.Builder stage =
        PipelineStage.of(name.value(), tasks.apply(run))
            .after(values(after))
            .inputs(values(inputs))
            .params(params)
            .codeVersion(version)
            .outputs(values(outputs))
            .maxAttempts(maxAttempts);
    lease.ifPresent(stage::lease);
    rollback.map(tasks).ifPresent(stage::compensation);
    return stage;
  }

  private static String[] values(List<YamlText> texts) {
    return texts.stream().map(YamlText::value).toArray(String[]::new);
  }
}
