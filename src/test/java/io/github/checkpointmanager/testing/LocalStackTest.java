package io.github.checkpointmanager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;

@Tag("s3")
class LocalStackTest {
  private static final String VERSION =
      LocalStack.IMAGE.substring(LocalStack.IMAGE.indexOf(':') + 1);

  @Test
  void image_isTheVersionOfTheComposeFile() throws IOException {
    assertThat(Files.readAllLines(Path.of("localstack/docker-compose.yml")))
        .anyMatch(line -> line.matches("\\s*image: " + LocalStack.IMAGE + "( .*)?"));
  }

  @Test
  void image_isTheVersionOfThePythonPackages() throws IOException {
    assertThat(Files.readString(Path.of("localstack/requirements.txt")))
        .contains("\nlocalstack-core==" + VERSION + " ")
        .startsWith("# LocalStack " + VERSION + ",");
  }

  @Test
  void newBucket_keepsWhatIsPutIntoIt() {
    String bucket = LocalStack.newBucket();

    LocalStack.client().putObject(r -> r.bucket(bucket).key("k"), RequestBody.fromString("v"));

    assertThat(LocalStack.client().getObjectAsBytes(r -> r.bucket(bucket).key("k")).asUtf8String())
        .isEqualTo("v");
  }

  @Test
  void newBucket_isAnotherEachTime() {
    assertThat(LocalStack.newBucket()).isNotEqualTo(LocalStack.newBucket());
  }
}
