package io.github.checkpointmanager.cli.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.session.Session.LocationChoice;
import io.github.checkpointmanager.store.StoreLocation;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
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
  void otherStores_takeNoneOfThem() {
    assertThat(
            choose(Map.of("AWS_REGION", "eu-west-3"), "--store=dir", "--endpoint-url=http://h:1"))
        .isEqualTo("dir");
  }

  @Test
  void completeLocation_isAbsoluteForADirectoryAndTheSameForTheRest() {
    assertThat(LocationChoice.complete(StoreLocation.parse("dir/../other")).toString())
        .isEqualTo(Path.of("other").toAbsolutePath().toString());
    assertThat(LocationChoice.complete(StoreLocation.parse("s3://b/p?region=r")).toString())
        .isEqualTo("s3://b/p?region=r");
  }
}
