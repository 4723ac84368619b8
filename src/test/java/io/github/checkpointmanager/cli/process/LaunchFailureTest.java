package io.github.checkpointmanager.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Why a command could not be started, as each Java version says it. */
class LaunchFailureTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot run program \"/usr/bin/setpriv\" (in directory \"/x\"): error=7, Argument list too"
            + " long",
        "Cannot run program \"/usr/bin/setpriv\" (in directory \"/x\"): Exec failed, error: 7"
            + " (Argument list too long) "
      })
  void why_isTheErrorAndItsLimit(String message) {
    assertThat(LaunchFailure.of(new IOException(message)))
        .isEqualTo(
            new LaunchFailure(
                "Argument list too long: the kernel limits an argument and the environment",
                "Put the script or the values into a file"));
  }

  @Test
  void anotherFailure_isToldAsItIs() {
    assertThat(LaunchFailure.of(new IOException("no such thing")).remedy())
        .isEqualTo("Correct the command");
  }
}
