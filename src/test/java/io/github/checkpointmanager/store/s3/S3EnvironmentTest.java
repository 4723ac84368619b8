package io.github.checkpointmanager.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.cli.Main;
import io.github.checkpointmanager.testing.CannedServer;
import io.github.checkpointmanager.testing.ChildJvm;
import io.github.checkpointmanager.testing.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment of an S3 client, in child JVMs: no raw exception, no secret, no false report. */
class S3EnvironmentTest {
  /** Is in every value that is a secret, and in no output. */
  private static final String SECRET = "SECRETWORD";

  @TempDir Path directory;

  private record Run(Map<String, String> environment, List<String> lines, String everything) {
    String of(String call) {
      return lines.stream()
          .filter(line -> line.startsWith(call + ": "))
          .findFirst()
          .orElseThrow(() -> new AssertionError("no line of " + call + " in " + everything));
    }
  }

  private Run run(String location, Map<String, String> environment) throws IOException {
    Path errors = Files.createTempFile(directory, "errors", "");
    var all = new HashMap<String, String>();
    for (String name :
        List.of("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")) {
      all.put(name, "");
    }
    all.put("AWS_ACCESS_KEY_ID", "test");
    all.put("AWS_SECRET_ACCESS_KEY", "test" + SECRET);
    all.put("AWS_REGION", "us-east-1");
    all.put("AWS_CA_BUNDLE", "");
    all.put("AWS_EC2_METADATA_DISABLED", "true");
    all.put("AWS_CONFIG_FILE", directory.resolve("no-config").toString());
    all.put("AWS_SHARED_CREDENTIALS_FILE", directory.resolve("no-credentials").toString());
    all.putAll(environment);
    try (ChildJvm program =
        ChildJvm.running(S3EnvironmentProgram.class, location)
            .environment(all)
            .errorsTo(errors)
            .start()) {
      List<String> lines = program.rest();
      int status = program.await();
      String everything = String.join("\n", lines) + "\n" + Files.readString(errors, UTF_8);
      assertThat(status).as(everything).isZero();
      return new Run(new TreeMap<>(environment), lines, everything);
    }
  }

  /** An environment in which no access keys are set. */
  private static Map<String, String> withoutKeys(Map<String, String> environment) {
    var all = new HashMap<>(environment);
    all.put("AWS_ACCESS_KEY_ID", "");
    all.put("AWS_SECRET_ACCESS_KEY", "");
    return all;
  }

  private String config(String text) throws IOException {
    return Files.writeString(directory.resolve("config"), text).toString();
  }

  private static String at(LyingServer server) {
    return "s3://bucket/p?endpoint=" + server.endpoint();
  }

  /** Whatever is set: each call answers or fails with an exception of the library. */
  private static void requireTruth(Run run) {
    assertThat(run.lines()).as(run.toString()).hasSize(4).noneMatch(line -> line.contains("RAW"));
    assertThat(run.everything()).as("the output of %s", run.environment()).doesNotContain(SECRET);
    assertThat(run.everything()).doesNotContain("left behind");
    assertThat(run.of("bestEffort"))
        .as(run.everything())
        .matches("bestEffort: (SAVED|ALREADY_SAVED|NOT_SAVED)");
    assertThat(run.everything()).doesNotContain(": null");
  }

  @Test
  void aGoodEnvironment_saves() throws IOException {
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), Map.of());

      requireTruth(run);
      assertThat(run.of("save")).isEqualTo("save: SAVED");
      assertThat(run.of("bestEffort")).isEqualTo("bestEffort: ALREADY_SAVED");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_SESSION_TOKEN, 'testSECRETWORD\nSECRETWORD'",
    "AWS_USE_FIPS_ENDPOINT, yes",
    "AWS_USE_FIPS_ENDPOINT, true",
    "AWS_DISABLE_REQUEST_COMPRESSION, foo",
    "AWS_S3_USE_ARN_REGION, foo",
    "AWS_MAX_ATTEMPTS, 0",
    "AWS_MAX_ATTEMPTS, ''",
    "AWS_REGION, eu west",
    "AWS_EC2_METADATA_DISABLED, maybe",
    "AWS_SDK_UA_APP_ID, 'x\ny'",
    "AWS_EXECUTION_ENV, 'x\r\ny'",
    "_X_AMZN_TRACE_ID, 'x\ny'",
    "HTTP_PROXY, http://user:SECRETWORD@127.0.0.1:99999",
    "HTTP_PROXY, SECRETWORD@:",
    "http_proxy, https://user:SECRETWORD@127.0.0.1"
  })
  void aMalformedVariable_isInvalid_byItsName_andNothingIsSentOrUnknown(
      String variable, String value) throws IOException {
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), Map.of(variable, value));

      requireTruth(run);
      for (String call : List.of("has", "save", "completed")) {
        assertThat(run.of(call)).startsWith(call + ": INVALID ").contains(variable);
      }
      assertThat(run.of("bestEffort")).isEqualTo("bestEffort: NOT_SAVED");
      assertThat(run.everything()).doesNotContain("unknown");
      assertThat(server.keys()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ENDPOINT_URL, ::foo",
    "AWS_ENDPOINT_URL, foo",
    "AWS_ENDPOINT_URL, http://u:SECRETWORD @h:9000",
    "AWS_ENDPOINT_URL_S3, http://my_minio:9000",
    "AWS_ENDPOINT_URL_S3, http://u:SECRETWORD@127.0.0.1:9"
  })
  void aMalformedEndpointOfAVariable_isInvalid_byItsName(String variable, String value)
      throws IOException {
    Run run = run("s3://bucket/p", Map.of(variable, value));

    requireTruth(run);
    assertThat(run.of("save")).startsWith("save: INVALID ").containsPattern(variable + "\\b");
  }

  @ParameterizedTest
  @CsvSource({
    "s3_use_arn_region, foo",
    "use_fips_endpoint, maybe",
    "defaults_mode, foo",
    "retry_mode, foo",
    "max_attempts, 0"
  })
  void aMalformedKeyOfAProfile_isInvalid_byItsName(String key, String value) throws IOException {
    String config = config("[default]\n" + key + " = " + value + "\n");
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), Map.of("AWS_CONFIG_FILE", config));

      requireTruth(run);
      assertThat(run.of("save"))
          .startsWith("save: INVALID ")
          .contains("key " + key + " of the profile 'default'")
          .doesNotContain("AWS_");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY",
    "AWS_SECRET_ACCESS_KEY, AWS_ACCESS_KEY_ID"
  })
  void halfOfACredential_isInvalid_andSaysWhichHalfIsMissing(String given, String missing)
      throws IOException {
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), Map.of(missing, ""));

      requireTruth(run);
      assertThat(run.of("save"))
          .startsWith("save: INVALID ")
          .contains(given + " is set without " + missing);
    }
  }

  @Test
  void aTokenFileThatIsMissing_isInvalid_byItsVariable() throws IOException {
    try (LyingServer server = LyingServer.honest()) {
      Run run =
          run(
              at(server),
              withoutKeys(
                  Map.of(
                      "AWS_WEB_IDENTITY_TOKEN_FILE",
                      directory.resolve("none").toString(),
                      "AWS_ROLE_ARN",
                      "arn:aws:iam::123456789012:role/r")));

      requireTruth(run);
      assertThat(run.of("save"))
          .startsWith("save: INVALID ")
          .contains("none (AWS_WEB_IDENTITY_TOKEN_FILE), which does not exist")
          .doesNotContain("NoSuchFileException");
    }
  }

  @ParameterizedTest
  @CsvSource({"500, ''", "200, {}", "200, <html>", "404, ''"})
  void aContainersServiceThatGivesNone_isNamed_andUnavailable(int status, String answer)
      throws IOException {
    try (LyingServer server = LyingServer.honest();
        CannedServer credentials = CannedServer.start()) {
      credentials.reply(CannedServer.Reply.of(status, Map.of(), answer));
      Run run =
          run(
              at(server),
              withoutKeys(
                  Map.of("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.endpoint() + "/x")));

      requireTruth(run);
      assertThat(run.of("save"))
          .startsWith("save: UNAVAILABLE ")
          .contains("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    }
  }

  @Test
  void aPartitionWithoutFips_isInvalid_andNothingIsUnknown() throws IOException {
    Run run = run("s3://bucket/p?region=cn-north-1", Map.of("AWS_USE_FIPS_ENDPOINT", "true"));

    requireTruth(run);
    assertThat(run.of("save")).startsWith("save: INVALID ").contains("AWS_USE_FIPS_ENDPOINT");
    assertThat(run.of("bestEffort")).isEqualTo("bestEffort: NOT_SAVED");
    assertThat(run.everything()).doesNotContain("unknown");
  }

  @Test
  void aTokenThatIsWrappedInTheProfile_isInvalid_andNotShown() throws IOException {
    Path credentials =
        Files.writeString(
            directory.resolve("credentials"),
            """
            [default]
            aws_access_key_id = test
            aws_secret_access_key = test
            aws_session_token = testSECRETWORD
              SECRETWORD
            """);
    try (LyingServer server = LyingServer.honest()) {
      Run run =
          run(
              at(server),
              withoutKeys(Map.of("AWS_SHARED_CREDENTIALS_FILE", credentials.toString())));

      requireTruth(run);
      assertThat(run.of("has")).startsWith("has: INVALID ").contains("session token");
    }
  }

  @Test
  void aCredentialProcessThatFails_isDenied_withItsStatusAndNoWordOfItsOutput() throws IOException {
    String config =
        config("[default]\ncredential_process = sh -c \"echo SECRETWORD >&2; exit 3\"\n");
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), withoutKeys(Map.of("AWS_CONFIG_FILE", config)));

      assertThat(run.of("has"))
          .startsWith("has: DENIED ")
          .contains("credential_process")
          .contains("(3)")
          .doesNotContain(SECRET);
      assertThat(run.of("bestEffort")).isEqualTo("bestEffort: NOT_SAVED");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "aws_access_key_id, aws_secret_access_key",
    "aws_secret_access_key, aws_access_key_id"
  })
  void halfOfACredentialInAProfile_isInvalid_andSaysWhichHalfIsMissing(String given, String missing)
      throws IOException {
    String config = config("[default]\n" + given + " = " + SECRET + "\n");
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), withoutKeys(Map.of("AWS_CONFIG_FILE", config)));

      requireTruth(run);
      assertThat(run.of("save")).startsWith("save: INVALID ").contains(missing);
      assertThat(run.everything()).doesNotContain("unknown");
    }
  }

  @Test
  void theProxyOfTheEnvironment_isUsed() throws IOException {
    try (LyingServer proxy = LyingServer.honest()) {
      Run run =
          run(
              "s3://bucket/p?endpoint=http://nowhere.invalid:9000",
              Map.of("HTTP_PROXY", proxy.endpoint().toString()));

      assertThat(run.of("save")).isEqualTo("save: SAVED");
    }
  }

  /** The service gives credentials again when it is back; the half of a profile was never used. */
  @Test
  void halfOfACredentialInAProfile_besideAServiceThatIsDown_mayPass() throws IOException {
    String config = config("[default]\naws_access_key_id = " + SECRET + "\n");
    try (LyingServer server = LyingServer.honest()) {
      Run run =
          run(
              at(server),
              withoutKeys(
                  Map.of(
                      "AWS_CONFIG_FILE",
                      config,
                      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                      "http://127.0.0.1:9/credentials")));

      requireTruth(run);
      assertThat(run.of("save"))
          .startsWith("save: UNAVAILABLE ")
          .contains("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    }
  }

  @ParameterizedTest
  @CsvSource({"use_fips_endpoint", "use_dualstack_endpoint"})
  void aProfilesOtherEndpoint_besideACustomOne_isInvalid_byItsKey(String key) throws IOException {
    String config = config("[default]\n" + key + " = true\n");
    String variable = "AWS_" + key.toUpperCase(Locale.ROOT);
    try (LyingServer server = LyingServer.honest()) {
      Run run = run(at(server), Map.of("AWS_CONFIG_FILE", config));
      Run overridden = run(at(server), Map.of("AWS_CONFIG_FILE", config, variable, "false"));

      requireTruth(run);
      assertThat(run.of("save"))
          .startsWith("save: INVALID ")
          .contains("key " + key + " of the profile 'default'")
          .contains("custom endpoint");
      assertThat(overridden.of("save")).isEqualTo("save: SAVED");
    }
  }

  @Test
  void anStsThatCannotBeReached_isUnavailable_notDenied() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "x.y." + SECRET);
    try (LyingServer server = LyingServer.honest()) {
      Run run =
          run(
              at(server),
              withoutKeys(
                  Map.of(
                      "AWS_WEB_IDENTITY_TOKEN_FILE",
                      token.toString(),
                      "AWS_ROLE_ARN",
                      "arn:aws:iam::123456789012:role/r",
                      "AWS_ENDPOINT_URL_STS",
                      "http://127.0.0.1:9")));

      requireTruth(run);
      assertThat(run.of("has")).startsWith("has: UNAVAILABLE ").contains("could not be fetched");
    }
  }

  /** The SDK's own client for STS reads HTTP_PROXY, and logs a form that it does not know. */
  @Test
  void theCommandWhoseCredentialsComeFromSts_printsNoPasswordOfAProxy() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "x.y.z");
    Path output = directory.resolve("output");
    try (ChildJvm command =
        ChildJvm.running(
                Main.class, "--store", "s3://bucket/p?endpoint=https://127.0.0.1:9", "has", "a")
            .environment(
                Map.of(
                    "HTTP_PROXY", "user:" + SECRET + "@127.0.0.1:9",
                    "AWS_ACCESS_KEY_ID", "",
                    "AWS_SECRET_ACCESS_KEY", "",
                    "AWS_CA_BUNDLE", "",
                    "AWS_REGION", "us-east-1",
                    "AWS_EC2_METADATA_DISABLED", "true",
                    "AWS_WEB_IDENTITY_TOKEN_FILE", token.toString(),
                    "AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/r",
                    "AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"))
            .outputTo(output)
            .start()) {
      assertThat(command.await()).isEqualTo(6);
    }

    assertThat(Files.readString(output, UTF_8))
        .contains("could not be fetched")
        .doesNotContain(SECRET)
        .hasLineCount(1);
  }

  @Test
  void anyEnvironment_meansAnAnswerOrAnExceptionOfTheLibrary() throws IOException {
    fuzz(12);
  }

  @Test
  @Tag("extended")
  void anyOfManyEnvironments_meansAnAnswerOrAnExceptionOfTheLibrary() throws IOException {
    fuzz(150);
  }

  private void fuzz(int tries) throws IOException {
    try (LyingServer server = LyingServer.honest()) {
      Generator.forAll(
          tries, this::environment, environment -> requireTruth(run(at(server), environment)));
    }
  }

  private static final List<String> SETTINGS =
      List.of(
          "AWS_REGION",
          "AWS_DEFAULT_REGION",
          "AWS_PROFILE",
          "AWS_USE_FIPS_ENDPOINT",
          "AWS_USE_DUALSTACK_ENDPOINT",
          "AWS_S3_USE_ARN_REGION",
          "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS",
          "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH",
          "AWS_DISABLE_REQUEST_COMPRESSION",
          "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
          "AWS_REQUEST_CHECKSUM_CALCULATION",
          "AWS_RESPONSE_CHECKSUM_VALIDATION",
          "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
          "AWS_MAX_ATTEMPTS",
          "AWS_RETRY_MODE",
          "AWS_DEFAULTS_MODE",
          "AWS_ACCOUNT_ID",
          "AWS_ACCOUNT_ID_ENDPOINT_MODE",
          "AWS_ENDPOINT_URL",
          "AWS_ENDPOINT_URL_S3",
          "AWS_SIGV4A_SIGNING_REGION_SET",
          "AWS_AUTH_SCHEME_PREFERENCE",
          "AWS_SDK_UA_APP_ID",
          "AWS_EXECUTION_ENV",
          "_X_AMZN_TRACE_ID",
          "AWS_WEB_IDENTITY_TOKEN_FILE",
          "AWS_ROLE_ARN",
          "AWS_EC2_METADATA_V1_DISABLED",
          "AWS_EC2_METADATA_DISABLED",
          "AWS_CONFIG_FILE",
          "AWS_SHARED_CREDENTIALS_FILE",
          "AWS_CA_BUNDLE",
          "NO_PROXY");

  private static final List<String> SECRETS =
      List.of(
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "HTTP_PROXY",
          "http_proxy",
          "HTTPS_PROXY");

  private static final List<String> VALUES =
      List.of(
          "",
          " ",
          "true",
          "yes",
          "foo",
          "1",
          "-1",
          "99999999999",
          "a b",
          "x\ny",
          "é",
          "(foo",
          "[",
          "%zz",
          "/no/such",
          "/",
          "http://127.0.0.1:9",
          "http://u:p@h",
          "://",
          "arn:aws:s3:::b",
          "*");

  private static final List<String> SECRET_VALUES =
      List.of(
          "SECRETWORD",
          "SECRETWORD\nSECRETWORD",
          "SECRETWORD SECRETWORD",
          "SECRETWORD\r\n",
          "\tSECRETWORD",
          "éSECRETWORD",
          "u:SECRETWORD@127.0.0.1:9",
          "http://u:SECRETWORD@127.0.0.1:9",
          "http://u:SECRETWORD@127.0.0.1:99999",
          "http://SECRETWORD",
          "https://u:SECRETWORD@",
          "SECRETWORD@:@:",
          "[SECRETWORD",
          "%SECRETWORD%0a@h:1");

  private static final List<String> FILE_LINES =
      List.of(
          "[default]",
          "[profile foo]",
          "[default",
          "[services x]",
          "aws_access_key_id = test",
          "aws_secret_access_key = SECRETWORD",
          "aws_secret_access_key SECRETWORD",
          "aws_session_token = SECRETWORD",
          "  SECRETWORD",
          " = SECRETWORD",
          "credential_process = echo SECRETWORD",
          "credential_process = sh -c \"echo SECRETWORD >&2; exit 3\"",
          "source_profile = default",
          "role_arn = arn:aws:iam::123456789012:role/r",
          "use_fips_endpoint = maybe",
          "region = us east",
          "retry_mode = foo",
          "max_attempts = foo",
          "defaults_mode = foo",
          "request_checksum_calculation = foo",
          "s3 =",
          "  use_arn_region = foo",
          "s3_use_arn_region = foo",
          "endpoint_url = foo",
          "sdk_ua_app_id = a b",
          "services = x",
          "\u0000");

  private Map<String, String> environment(Generator generator) {
    Map<String, String> environment = new TreeMap<>();
    for (String name : generator.list(1, 4, g -> g.pick(SETTINGS))) {
      environment.put(name, generator.pick(VALUES));
    }
    if (generator.chance(2)) {
      environment.put(generator.pick(SECRETS), generator.pick(SECRET_VALUES));
    }
    if (generator.chance(2)) {
      String file = generator.pick(List.of("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"));
      environment.put(file, file(generator.list(1, 8, g -> g.pick(FILE_LINES))).toString());
      if (generator.chance(2)) {
        environment.put("AWS_ACCESS_KEY_ID", "");
        environment.put("AWS_SECRET_ACCESS_KEY", "");
      }
    }
    return environment;
  }

  private Path file(List<String> lines) {
    try {
      return Files.write(Files.createTempFile(directory, "aws", ""), lines);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
