package io.github.checkpointmanager.cli.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.ClaimOptions;
import io.github.checkpointmanager.cli.pipeline.StageShell.StageCommand;
import io.github.checkpointmanager.cli.pipeline.YamlFields.WrittenText;
import io.github.checkpointmanager.cli.session.DurationOption;
import io.github.checkpointmanager.internal.digest.Sha256;
import io.github.checkpointmanager.pipeline.PipelineStage;
import io.github.checkpointmanager.pipeline.PipelineTask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import picocli.CommandLine.TypeConversionException;

/** Reads the keys of one stage. For one thread. */
record StageReader(FileRefusal refusal) {
  static final List<String> KEYS =
      List.of(
          "run",
          "after",
          "inputs",
          "params",
          "version",
          "outputs",
          "env",
          "rollback",
          "lease",
          "max-attempts",
          "stop-ok");

  private static final String RESERVED = "CHECKPOINT_";
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** One stage of the file. Immutable. */
  record FileStage(
      WrittenText name,
      StageCommand run,
      List<WrittenText> after,
      List<WrittenText> inputs,
      Map<String, String> params,
      String version,
      List<WrittenText> outputs,
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

    private static String[] values(List<WrittenText> texts) {
      return texts.stream().map(WrittenText::value).toArray(String[]::new);
    }
  }

  FileStage read(WrittenText name, Node node) {
    String owner = "stage " + quoted(name.value());
    YamlFields fields = YamlFields.of(node, owner, refusal).allowing(KEYS);
    Map<String, String> params = params(fields);
    Map<String, String> variables = variables(fields);
    String run =
        script(fields, "run")
            .orElseThrow(
                () ->
                    refusal.at(
                        name.position(),
                        owner + " has nothing to run",
                        "Give it a shell command: 'run: …'"));
    return new FileStage(
        name,
        new StageCommand(run, variables, stopOk(fields)),
        fields.texts("after"),
        paths(fields, "inputs"),
        params,
        fields.value("version").orElseGet(() -> versionOf(run)),
        paths(fields, "outputs"),
        script(fields, "rollback").map(script -> new StageCommand(script, variables, false)),
        fields.text("lease").map(text -> lease(text, fields.described("lease"))),
        fields
            .text("max-attempts")
            .map(text -> attempts(text, fields.described("max-attempts")))
            .orElse(0L));
  }

  private Optional<String> script(YamlFields fields, String key) {
    String why = fields.described(key) + " is empty";
    return fields
        .text(key)
        .map(text -> requireText(text, why, "Write a shell command; 'true' does nothing"))
        .map(WrittenText::value);
  }

  /** An empty path would be the file's own directory. */
  private List<WrittenText> paths(YamlFields fields, String key) {
    String why = fields.described(key) + " names nothing here";
    return fields.texts(key).stream()
        .map(path -> requireText(path, why, "Write a path or an address, or remove it"))
        .toList();
  }

  private WrittenText requireText(WrittenText text, String why, String remedy) {
    if (text.value().isBlank()) {
      throw refusal.at(text.position(), why, remedy);
    }
    return text;
  }

  /** They become variables too, so that what is recorded is what the command was given. */
  private Map<String, String> params(YamlFields fields) {
    Map<String, String> params = new LinkedHashMap<>();
    fields
        .map("params")
        .forEach((key, value) -> params.put(variable(key, "the parameter "), value));
    return params;
  }

  private Map<String, String> variables(YamlFields fields) {
    Map<String, String> variables = new LinkedHashMap<>();
    fields.map("env").forEach((key, value) -> variables.put(ownVariable(key), value));
    return variables;
  }

  private String ownVariable(WrittenText key) {
    String name = variable(key, "the variable ");
    if (name.startsWith(RESERVED)) {
      throw refusal.at(
          key.position(),
          quoted(name) + " is set by this command itself",
          "Use a name that does not begin with " + RESERVED);
    }
    return name;
  }

  private String variable(WrittenText key, String what) {
    if (!VARIABLE.matcher(key.value()).matches()) {
      throw refusal.at(
          key.position(),
          what + quoted(key.value()) + " cannot be a variable of a shell",
          "Use letters, digits and _, and no digit first");
    }
    return key.value();
  }

  private Duration lease(WrittenText text, String described) {
    Duration lease;
    try {
      lease = DurationOption.parse(text.value());
    } catch (TypeConversionException e) {
      throw refusal.at(text.position(), described + ": " + e.getMessage(), "Correct it", e);
    }
    if (lease.compareTo(ClaimOptions.SHORTEST_LEASE) < 0) {
      throw refusal.at(
          text.position(),
          described + " is too short for a store whose clock tells whole seconds",
          "Give at least " + ClaimOptions.SHORTEST_LEASE.toSeconds() + "s");
    }
    return lease;
  }

  private boolean stopOk(YamlFields fields) {
    Optional<WrittenText> written = fields.text("stop-ok");
    String value = written.map(WrittenText::value).orElse("false");
    if (written.isPresent() && !value.equals("true") && !value.equals("false")) {
      throw refusal.at(
          written.get().position(),
          fields.described("stop-ok") + " is " + quoted(value),
          "Give true or false");
    }
    return value.equals("true");
  }

  private long attempts(WrittenText text, String described) {
    try {
      int attempts = Integer.parseInt(text.value());
      if (attempts >= 1) {
        return attempts;
      }
    } catch (NumberFormatException e) {
      // Refused below, as what is too small.
    }
    throw refusal.at(
        text.position(),
        described + " is " + quoted(text.value()),
        "Give a whole number of at least 1, or leave it out for no limit");
  }

  /**
   * The code of a stage that declares no version is its command. Its digest, since commands are not
   * meant to be read where records are.
   */
  private static String versionOf(String script) {
    return "run:" + Sha256.hex(script.getBytes(StandardCharsets.UTF_8)).substring(0, 32);
  }
}
