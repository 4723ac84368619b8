package io.github.checkpointmanager.internal.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.pipeline.LocalFiles;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineStage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How inputs are identified: by the sources, or by the caller's digest. */
class InputsReaderTest {
  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static InputsReader reader(PipelineStage stage) {
    return new InputsReader(
        Pipeline.named("etl").stage(stage).build(), List.of(LocalFiles.below(Path.of(""))));
  }

  @Test
  void addressThatNoSourceKnows_saysWhatToDo() {
    PipelineStage stage = PipelineStage.of("a", task -> {}).inputs("gs://bucket/x").build();

    RecordsSnapshot.Inputs seen = reader(stage).of(stage);

    assertThat(seen.unreadable().values())
        .singleElement()
        .asString()
        .contains("input 'gs://bucket/x' cannot be identified")
        .contains("Name a file, a directory or an s3:// object.");
  }

  @Test
  void callersDigest_isRecordedReadable_orAsADigestWhenLong() throws Exception {
    String longText = "x".repeat(201);
    PipelineStage stage =
        PipelineStage.of("a", task -> {})
            .input("table", () -> "rows=344")
            .input("long", () -> longText)
            .input(
                "broken",
                () -> {
                  throw new IOException("no connection");
                })
            .build();

    RecordsSnapshot.Inputs seen = reader(stage).of(stage);

    assertThat(seen.components())
        .containsEntry("inputs.table", "rows=344")
        .containsEntry("inputs.long", "sha256:" + sha256(longText));
    assertThat(seen.unreadable().get("inputs.broken")).contains("no connection");
    assertThat(seen.isComplete()).isFalse();
  }
}
