package io.github.checkpointmanager.cli.session;

import static io.github.checkpointmanager.cli.CommandProcess.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.CommandProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** AWS configurations that cannot be, as a process finds them: a message each, nothing is sent. */
@Timeout(300)
class AwsConfigurationIT {
  private static final String NOBODY_LISTENS = "http://127.0.0.1:9";

  @TempDir private Path home;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void forgetTheMachines() {
    System.getenv().keySet().stream()
        .filter(name -> name.startsWith("AWS_"))
        .forEach(name -> environment.put(name, ""));
    environment.put("HOME", home.toString());
    environment.put("AWS_EC2_METADATA_DISABLED", "true");
    environment.put("AWS_ENDPOINT_URL", NOBODY_LISTENS);
    environment.put("AWS_REGION", "us-east-1");
  }

  private void assertRefused(int status, String why, String remedy) {
    CommandProcess.Result result =
        checkpoint(environment, "--store", "s3://bucket/prefix", "has", "train");

    assertThat(result.err())
        .startsWith("checkpoint: ")
        .contains(why)
        .contains(remedy)
        .doesNotContain("ProviderChain", "ProfileFile(", "Exception", "a bug")
        .hasLineCount(1)
        .hasSizeLessThan(500);
    assertThat(result.out()).isEmpty();
    assertThat(result.status()).isEqualTo(status);
  }

  private void write(String file, String content) throws IOException {
    Path directory = Files.createDirectories(home.resolve(".aws"));
    Files.writeString(directory.resolve(file), content);
  }

  @Test
  void withoutCredentials() {
    assertRefused(6, "neither the environment, nor a profile, nor a role", "AWS_ACCESS_KEY_ID");
  }

  @Test
  void withHalfOfTheCredentials() throws IOException {
    write("credentials", "[default]\naws_access_key_id=AKIAIOSFODNN7EXAMPLE\n");
    environment.put("AWS_PROFILE", "default");

    assertRefused(2, "'aws_secret_access_key'", "Correct what is named");
  }

  @Test
  void withAProfileOfThatNameNowhere() {
    environment.put("AWS_PROFILE", "nowhere");

    assertRefused(6, "no usable credentials", "name a profile that has credentials");
  }

  @Test
  void withAConfigurationFileThatIsNone() throws IOException {
    write("config", "this is no profile\n");

    assertRefused(2, "Expected a profile definition on line 1", "AWS_CONFIG_FILE");
  }

  @Test
  void withASettingThatIsNoNumber() {
    environment.put("AWS_MAX_ATTEMPTS", "many");

    assertRefused(2, "AWS_MAX_ATTEMPTS is refused", "Correct it, or unset it");
  }

  @Test
  void withoutARegion() {
    environment.put("AWS_ENDPOINT_URL", "");
    environment.put("AWS_REGION", "");

    assertRefused(2, "no region is known", "Set AWS_REGION");
  }

  @Test
  void withARegionThatCannotBe() {
    environment.put("AWS_REGION", "mars 9");

    assertRefused(2, "'mars 9' cannot be part of a host name", "such as eu-west-1");
  }
}
