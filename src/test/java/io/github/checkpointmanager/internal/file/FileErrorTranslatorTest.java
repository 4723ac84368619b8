package io.github.checkpointmanager.internal.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.StoreException;
import java.io.FileNotFoundException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileErrorTranslatorTest {
  @ParameterizedTest
  @CsvSource({
    "/store/lock (Read-only file system), true",
    "/store/lock (Permission denied), false",
    "/a (Read-only file system)/lock (Permission denied), false",
    "/store/lock, false"
  })
  void aReadOnlyFileSystem_isKnownByWhatTheSystemSays_notByAName(String message, boolean readOnly) {
    assertThat(FileErrorTranslator.isOfReadOnlyFileSystem(new FileNotFoundException(message)))
        .isEqualTo(readOnly);
  }

  @Test
  void aReadOnlyFileSystem_isNoMatterOfRights() {
    StoreException e =
        FileErrorTranslator.translate(
            new FileSystemException("/store/lock", null, "Read-only file system"),
            "Deleting failed",
            Path.of("/"));

    assertThat(e.kind()).isEqualTo(StoreException.Kind.DENIED);
    assertThat(e.remedy()).startsWith("Mount it writable");
  }
}
