package io.github.checkpointmanager.cli.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoreLocation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class LocationChoiceTest {
  private static String choose(Map<String, String> environment, String... options) {
    GlobalOptions global = new GlobalOptions();
    new CommandLine(
            CommandLine.Model.CommandSpec.create()
                .addMixin("o", CommandLine.Model.CommandSpec.forAnnotatedObject(global)))
        .parseArgs(options);
    return LocationChoice.of(global, environment).toString();
  }

  @Test
  void nothing_isTheDirectoryCheckpoints() {
    assertThat(choose(Map.of())).isEqualTo("checkpoints");
  }

  @Test
  void s3_takesEndpointRegionAndProfileOfTheOptions() {
    assertThat(
            choose(
                Map.of(),
                "--store=s3://b/p",
                "--endpoint-url=http://h:1",
                "--region=eu-west-1",
                "--profile=dev"))
        .isEqualTo("s3://b/p?endpoint=http%3A%2F%2Fh%3A1&region=eu-west-1&profile=dev");
  }

  @Test
  void s3_takesEndpointAndRegionOfTheEnvironment() {
    assertThat(
            choose(
                Map.of("AWS_ENDPOINT_URL", "http://h:1", "AWS_DEFAULT_REGION", "eu-west-1"),
                "--store=s3://b/p"))
        .isEqualTo("s3://b/p?endpoint=http%3A%2F%2Fh%3A1&region=eu-west-1");
  }

  @Test
  void serviceEndpoint_goesBeforeTheGeneralOne() {
    assertThat(
            choose(
                Map.of("AWS_ENDPOINT_URL", "http://h:1", "AWS_ENDPOINT_URL_S3", "http://h:2"),
                "--store=s3://b/p"))
        .isEqualTo("s3://b/p?endpoint=http%3A%2F%2Fh%3A2");
  }

  @Test
  void configuredEndpoints_canBeIgnored() {
    assertThat(
            choose(
                Map.of(
                    "AWS_ENDPOINT_URL",
                    "http://h:1",
                    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
                    "true"),
                "--store=s3://b/p"))
        .isEqualTo("s3://b/p");
  }

  @Test
  void location_goesBeforeOptionsAndEnvironment() {
    assertThat(
            choose(
                Map.of("AWS_REGION", "eu-west-3"),
                "--store=s3://b/p?region=eu-west-1",
                "--region=eu-west-2"))
        .isEqualTo("s3://b/p?region=eu-west-1");
  }

  @Test
  void otherStores_takeNothingOfTheEnvironmentOfAws() {
    assertThat(
            choose(
                Map.of("AWS_REGION", "eu-west-3", "AWS_ENDPOINT_URL", "http://h:1"), "--store=dir"))
        .isEqualTo("dir");
  }

  /** As a script or a file writes it, where no shell expands it. */
  @ParameterizedTest
  @CsvSource({
    "~/ck, /home/me/ck",
    "~, /home/me",
    "~//ck/, /home/me/ck",
    "file:~/ck, /home/me/ck",
    "file:~/ck?history=2, file:/home/me/ck?history=2",
    "./~/ck, ./~/ck",
    "a~/ck, a~/ck",
    "/~/ck, /~/ck",
    "a?b, a?b",
    "a$b, a$b",
    "/a?b=c/ck, /a?b=c/ck",
    "$, $"
  })
  void homeDirectory_isExpandedAtTheBeginningOnly(String written, String location) {
    assertThat(choose(Map.of("HOME", "/home/me"), "--store=" + written)).isEqualTo(location);
    assertThat(choose(Map.of("HOME", "/home/me", "CHECKPOINT_STORE", written))).isEqualTo(location);
  }

  @Test
  void homeDirectory_withoutHome_isThatOfTheUser() {
    assertThat(choose(Map.of(), "--store=~/ck"))
        .isEqualTo(Path.of(System.getProperty("user.home"), "ck").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "~user/ck | home directories of other users are not looked up",
        "~backup | written ./~backup",
        "$HOME/ck | it begins with a variable, which nothing here replaces",
        "${HOME}/ck | written ./${HOME}/ck",
        "$(pwd)/ck | it begins with a variable",
        "'dir' | its first character is a quotation mark",
        "\"s3://b/p\" | Leave out the quotes",
        "file:'dir' | its first character is a quotation mark",
        "x?history=2 | Write it as file:x?history=2",
        "x?endpoint=http://h:1 | options follow a location with its scheme only",
        "/data/x?region=r&bogus=1 | options follow a location with its scheme only"
      })
  void directoryThatNobodyMeant_isRefused(String written, String message) {
    assertThatThrownBy(() -> choose(Map.of("HOME", "/home/me"), "--store=" + written))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "home"})
  void homeDirectory_thatIsNoAbsoluteDirectory_isRefused(String home) {
    assertThatThrownBy(() -> choose(Map.of("HOME", home), "--store=~/ck"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("HOME is '" + home + "'");
  }

  @Test
  void completeLocation_isAbsoluteForADirectoryAndTheSameForTheRest() {
    assertThat(LocationChoice.complete(StoreLocation.parse("dir/../other")).toString())
        .isEqualTo(Path.of("other").toAbsolutePath().toString());
    assertThat(LocationChoice.complete(StoreLocation.parse("s3://b/p?region=r")).toString())
        .isEqualTo("s3://b/p?region=r");
  }
}
