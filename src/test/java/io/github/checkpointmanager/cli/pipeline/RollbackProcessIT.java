package io.github.checkpointmanager.cli.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandProcess;
import io.github.checkpointmanager.cli.output.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code examples/deployment}: its rollback, killed in the middle, resumes. */
@Timeout(300)
class RollbackProcessIT {
  private static final String FILE = "examples/deployment/pipeline.yaml";

  @TempDir private Path directory;

  private Map<String, String> environment() {
    return Map.of(
        "DEPLOY_TO", directory.resolve("site").toString(),
        "CHECKPOINT_STORE", directory.resolve("store").toString());
  }

  private CommandProcess.Result checkpoint(String... args) {
    List<String> line = new ArrayList<>(List.of(args));
    line.addAll(List.of("--file", FILE));
    return CommandProcess.checkpoint(environment(), line.toArray(String[]::new));
  }

  @BeforeEach
  void deployInVain() throws IOException {
    Files.createDirectory(directory.resolve("site"));
    CommandProcess.Result result = checkpoint("pipeline", "run");
    assertThat(result.status()).isEqualTo(ExitCodes.STAGE_FAILED);
    assertThat(result.err()).contains("the new version is not healthy");
    assertThat(directory.resolve("site/v2/index.html")).exists();
  }

  @Test
  void rollback_killedInTheMiddle_resumes() throws IOException {
    // The rm that undoes 'install' is one that tells that it began, and then hangs.
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path rm = bin.resolve("rm");
    Files.writeString(rm, "#!/bin/sh\necho hanging\nexec sleep 600\n");
    assertThat(rm.toFile().setExecutable(true)).isTrue();
    Map<String, String> hanging = new java.util.HashMap<>(environment());
    hanging.put("PATH", bin + ":" + System.getenv("PATH"));
    try (CommandProcess killed =
        CommandProcess.start(
            hanging, List.of(CommandProcess.LAUNCHER, "rollback", "--yes", "--file", FILE))) {
      assertThat(killed.line()).isEqualTo("hanging");
      killed.signal("KILL");
    }
    assertThat(directory.resolve("site/v2/index.html")).exists();

    CommandProcess.Result resumed = checkpoint("rollback", "--yes");

    assertThat(resumed.status()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("undoing install (attempt 2)").contains("undoing migrate");
    assertThat(resumed.out()).isEqualTo("undone install\nundone migrate\n");
    try (var left = Files.list(directory.resolve("site"))) {
      assertThat(left).isEmpty();
    }
    assertThat(checkpoint("rollback", "--journal").out())
        .containsPattern("compensating +install +1")
        .containsPattern("compensating +install +2")
        .containsPattern("compensated +install +2")
        .containsPattern("compensated +migrate +1")
        .containsPattern("finished");
  }
}
