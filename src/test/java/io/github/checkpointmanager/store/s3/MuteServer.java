package io.github.checkpointmanager.store.s3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;

/** Takes a request's beginning and closes the connection without an answer. */
public final class MuteServer implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());

  public MuteServer() throws IOException {
    Thread thread = new Thread(this::run, "mute-server");
    thread.setDaemon(true);
    thread.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort());
  }

  private void run() {
    while (!server.isClosed()) {
      try (Socket connection = server.accept()) {
        connection.getInputStream().read(new byte[8192]);
      } catch (IOException e) {
        // The client, or the test, has gone.
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
