package io.github.checkpointmanager.testing;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/**
 * The S3 server of the tests, started at first use, once per JVM, and ended with it:
 *
 * <ol>
 *   <li>the server at {@code -Dcheckpoint.test.s3.endpoint=…}, if that is given: any server, real
 *       AWS included (then with the credentials and region of the environment);
 *   <li>LocalStack in a container, if a Docker engine answers;
 *   <li>the pinned LocalStack from Python packages, by {@code localstack/start}.
 * </ol>
 *
 * <p>When none can be had, every test that asks fails and says what to install: none is skipped.
 * Test classes that use this carry {@code @Tag("s3")}, by which the build compares the runs with
 * and without Docker. Thread-safe.
 */
public final class LocalStack {
  /** The same version as {@code localstack/requirements.txt} and {@code docker-compose.yml}. */
  static final String IMAGE = "localstack/localstack:4.10.0";

  static final String ENDPOINT_PROPERTY = "checkpoint.test.s3.endpoint";

  /**
   * Runs once; what it gave, a failure too, is kept: a second try would only say the same later.
   */
  private static final FutureTask<S3Client> CLIENT = new FutureTask<>(() -> clientOf(start()));

  private LocalStack() {}

  /**
   * Where the server answers.
   *
   * @throws IllegalStateException if there is none and none can be started
   */
  public static URI endpoint() {
    return client().serviceClientConfiguration().endpointOverride().orElseThrow();
  }

  /**
   * A client of the server, shared by all tests: nobody closes it.
   *
   * @throws IllegalStateException as {@link #endpoint}
   */
  public static S3Client client() {
    CLIENT.run();
    try {
      return CLIENT.get();
    } catch (ExecutionException e) {
      // The message once more: a summary of the build shows only the outermost.
      Throwable cause = Objects.requireNonNull(e.getCause());
      throw new IllegalStateException("No S3 server for the tests. " + cause.getMessage(), cause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the server was starting", e);
    }
  }

  /** Makes a bucket of its own for the caller. */
  public static String newBucket() {
    String bucket = "test-" + UUID.randomUUID();
    client().createBucket(request -> request.bucket(bucket));
    return bucket;
  }

  /** Enables or suspends the versioning of a bucket. */
  public static void versioning(String bucket, BucketVersioningStatus status) {
    client()
        .putBucketVersioning(r -> r.bucket(bucket).versioningConfiguration(v -> v.status(status)));
  }

  /** The environment's region, or {@code us-east-1}. */
  public static Region region() {
    String name = System.getenv("AWS_REGION");
    return name == null ? Region.US_EAST_1 : Region.of(name);
  }

  /** {@code test}/{@code test}, or the environment's when it names some and a server was given. */
  public static AwsCredentialsProvider credentials() {
    boolean given = !System.getProperty(ENDPOINT_PROPERTY, "").isEmpty();
    return given && System.getenv("AWS_ACCESS_KEY_ID") != null
        ? DefaultCredentialsProvider.builder().build()
        : StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
  }

  /** What a shell has after {@code eval "$(localstack/start)"}. */
  public static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(credentialsEnvironment());
    environment.put("AWS_ENDPOINT_URL", endpoint().toString());
    environment.put("AWS_REGION", region().id());
    return Map.copyOf(environment);
  }

  /** The credentials alone, for processes whose location names the endpoint and the region. */
  public static Map<String, String> credentialsEnvironment() {
    var credentials = credentials().resolveCredentials();
    return Map.of(
        "AWS_ACCESS_KEY_ID", credentials.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
  }

  private static S3Client clientOf(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .forcePathStyle(true)
        .region(region())
        .credentialsProvider(credentials())
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  private static URI start() {
    String given = System.getProperty(ENDPOINT_PROPERTY, "");
    if (!given.isEmpty()) {
      return URI.create(given);
    }
    return DockerClientFactory.instance().isDockerAvailable()
        ? startContainer()
        : LocalStackProcess.start();
  }

  // The container is ended by Testcontainers, or with the engine; see its documentation of Ryuk.
  @SuppressWarnings("resource")
  private static URI startContainer() {
    try {
      var container =
          new LocalStackContainer(DockerImageName.parse(IMAGE))
              .withServices("s3", "kms", "sts", "iam")
              .withEnv("EAGER_SERVICE_LOADING", "1")
              .withEnv("DISABLE_EVENTS", "1")
              .withEnv("SKIP_SSL_CERT_DOWNLOAD", "1");
      container.start();
      Runtime.getRuntime().addShutdownHook(new Thread(container::stop));
      return container.getEndpoint();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "A Docker engine answers, but "
              + IMAGE
              + " did not start in it ("
              + e.getMessage()
              + "). Pull the image, or stop the engine to use Python 3.10 to 3.13 instead.",
          e);
    }
  }
}
