package io.github.checkpointmanager.store.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * Another S3 server, started for a test on loopback with a directory of its own. The binaries are
 * named by variables of the environment, which {@code .ci/run} sets; a missing one is a failure.
 */
public final class ServerProcess implements AutoCloseable {
  private static final String USER = "checkpoint-test";
  private static final String PASSWORD = "checkpoint-test-password";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Process process;
  private final Path directory;
  private final int port;

  private ServerProcess(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  public static ServerProcess versitygw() {
    return start(
        "CHECKPOINT_TEST_VERSITYGW",
        Map.of("ROOT_ACCESS_KEY", USER, "ROOT_SECRET_KEY", PASSWORD),
        (address, directory) ->
            List.of(
                "--port",
                address,
                "--region",
                "eu-west-1",
                "posix",
                "--versioning-dir",
                directory.resolve("versions").toString(),
                directory.resolve("data").toString()));
  }

  public static ServerProcess minio() {
    return start(
        "CHECKPOINT_TEST_MINIO",
        Map.of(
            "MINIO_ROOT_USER",
            USER,
            "MINIO_ROOT_PASSWORD",
            PASSWORD,
            "MINIO_BROWSER",
            "off",
            "MINIO_REGION",
            "eu-west-1"),
        (address, directory) ->
            List.of("server", "--address", address, directory.resolve("data").toString()));
  }

  static ServerProcess rclone() {
    return start(
        "CHECKPOINT_TEST_RCLONE",
        Map.of(),
        (address, directory) ->
            List.of(
                "serve",
                "s3",
                "--auth-key",
                USER + "," + PASSWORD,
                "--addr",
                address,
                directory.resolve("data").toString()));
  }

  private interface Arguments {
    List<String> of(String address, Path directory);
  }

  private static ServerProcess start(
      String variable, Map<String, String> environment, Arguments arguments) {
    try {
      String binary = binary(variable);
      while (true) {
        int port = freePort();
        Path directory = Files.createTempDirectory("checkpoint-s3-server");
        Files.createDirectory(directory.resolve("data"));
        Files.createDirectory(directory.resolve("versions"));
        List<String> command = new ArrayList<>(List.of(binary));
        command.addAll(arguments.of("127.0.0.1:" + port, directory));
        var builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.environment().put("HOME", directory.toString());
        builder.directory(directory.toFile());
        builder.redirectErrorStream(true).redirectOutput(directory.resolve("log").toFile());
        var server = new ServerProcess(builder.start(), directory, port);
        if (server.awaitReadiness()) {
          return server;
        }
        server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the server was starting", e);
    }
  }

  private static String binary(String variable) {
    @Nullable String path = System.getenv(variable);
    assertThat(path)
        .as("the environment names the server's binary by " + variable + " (.ci/run installs it)")
        .isNotNull();
    assertThat(Path.of(path)).isExecutable();
    return path;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /**
   * Waits until it answers.
   *
   * @return false if another process has taken its port in the meantime
   */
  private boolean awaitReadiness() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      String log = Files.readString(directory.resolve("log"));
      if (!process.isAlive() && log.contains("already in use")) {
        return false;
      }
      assertThat(process.isAlive()).as("the server runs; its log: " + log).isTrue();
      assertThat(System.nanoTime()).as("the server answers; its log: " + log).isLessThan(end);
      Thread.sleep(50);
    }
    return process.isAlive();
  }

  /** MinIO answers 503 with Retry-After: 60 while it starts, which the SDK would obey. */
  private boolean isReady() {
    try {
      var connection = (HttpURLConnection) endpoint().toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(10_000);
      int status = connection.getResponseCode();
      connection.disconnect();
      return status != HttpURLConnection.HTTP_UNAVAILABLE;
    } catch (IOException e) {
      return false;
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** A client with the server's own credentials; the caller closes it. */
  public S3Client client() {
    return client(Region.EU_WEST_1, credentials());
  }

  public static AwsCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(USER, PASSWORD));
  }

  S3Client client(Region region, AwsCredentialsProvider credentials) {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .forcePathStyle(true)
        .region(region)
        .credentialsProvider(credentials)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .serviceConfiguration(s3 -> s3.chunkedEncodingEnabled(false))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  public static String newBucket(S3Client client) {
    String bucket = "test-" + UUID.randomUUID();
    client.createBucket(request -> request.bucket(bucket));
    return bucket;
  }

  /** A bucket with versioning enabled. */
  public static String newVersionedBucket(S3Client client) {
    String bucket = newBucket(client);
    client.putBucketVersioning(
        r ->
            r.bucket(bucket)
                .versioningConfiguration(v -> v.status(BucketVersioningStatus.ENABLED)));
    return bucket;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
