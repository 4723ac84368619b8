package io.github.checkpointmanager.testing;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.store.CheckpointStore;
import io.github.checkpointmanager.store.s3.S3CheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A new bucket of the tests' server, and a proxy before that server, in which a test can watch and
 * break requests. An extension of one test, after which it closes the proxy and its clients.
 */
public final class S3Scene implements AfterEachCallback {
  private final String bucket = LocalStack.newBucket();
  private final FaultProxy proxy;
  private final List<S3Client> clients = new ArrayList<>();

  /** Starts the proxy. */
  public S3Scene() {
    try {
      proxy = FaultProxy.before(LocalStack.endpoint());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String bucket() {
    return bucket;
  }

  public FaultProxy proxy() {
    return proxy;
  }

  /** Makes a client that sends through the proxy. */
  public S3Client client(HttpStack http) {
    S3Client client = http.clientOf(proxy.endpoint());
    clients.add(client);
    return client;
  }

  /** Makes a store of the prefix {@code p}. */
  public CheckpointStore store(S3Client client) {
    return S3CheckpointStore.builder().client(client).bucket(bucket).prefix("p").build();
  }

  /** Makes a manager of the prefix {@code p}. */
  public CheckpointManager manager(S3Client client) {
    return CheckpointManager.builder().store(store(client)).open();
  }

  /** Makes a manager of the prefix {@code p} with a client of its own. */
  public CheckpointManager manager(HttpStack http) {
    return manager(client(http));
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    clients.forEach(S3Client::close);
    proxy.close();
  }
}
