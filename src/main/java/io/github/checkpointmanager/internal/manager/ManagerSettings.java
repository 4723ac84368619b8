package io.github.checkpointmanager.internal.manager;

import io.github.checkpointmanager.FailureMode;
import io.github.checkpointmanager.internal.time.Timing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * What a manager was built with, besides its store.
 *
 * @param clock of the timestamps in records; no decision rests on it
 * @param timing how the manager waits and measures
 * @param maxPayloadBytes the largest payload that a save takes
 * @param readParallelism how many reads run at once, at most
 */
public record ManagerSettings(
    Identity identity,
    Clock clock,
    Timing timing,
    FailureMode failureMode,
    long maxPayloadBytes,
    int readParallelism) {

  /**
   * Who writes: read when a manager is built, never at class load, since images of a JVM are
   * restored elsewhere.
   */
  public record Identity(String user, String host, String process) {
    /** Uses the system's user and this machine's host name where none is given. */
    public static Identity of(@Nullable String user, @Nullable String host) {
      return new Identity(
          user != null ? user : System.getProperty("user.name", "unknown"),
          host != null ? host : hostName(),
          Long.toString(ProcessHandle.current().pid()));
    }

    /** The environment first: the look-up may ask a name server. */
    private static String hostName() {
      String fromEnvironment = System.getenv("HOSTNAME");
      if (fromEnvironment != null && !fromEnvironment.isBlank()) {
        return fromEnvironment;
      }
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        return "unknown";
      }
    }
  }
}
