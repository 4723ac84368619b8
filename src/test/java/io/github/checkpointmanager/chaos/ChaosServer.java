package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.store.s3.ServerProcess;
import io.github.checkpointmanager.testing.LocalStack;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A server that runs use.
 *
 * @param client directly to the server; the caller that made the server closes it
 * @param bucket of its own
 */
record ChaosServer(
    String name, URI endpoint, AwsCredentials credentials, S3Client client, String bucket) {
  static ChaosServer localStack() {
    return new ChaosServer(
        "localstack",
        LocalStack.endpoint(),
        LocalStack.credentials().resolveCredentials(),
        LocalStack.client(),
        LocalStack.newBucket());
  }

  static ChaosServer of(String name, ServerProcess server, S3Client client) {
    return new ChaosServer(
        name,
        server.endpoint(),
        ServerProcess.credentials().resolveCredentials(),
        client,
        ServerProcess.newBucket(client));
  }

  /** Where one worker's checkpoints are, as it sees the server through its proxy. */
  String location(String prefix, URI proxy) {
    String region = client.serviceClientConfiguration().region().id();
    return "s3://" + bucket + "/" + prefix + "?endpoint=" + proxy + "&region=" + region;
  }

  /** What a worker needs in its environment. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_ACCESS_KEY_ID", credentials.accessKeyId(),
        "AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
  }
}
