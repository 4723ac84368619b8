package io.github.checkpointmanager.internal.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who writes or claims; for showing, never for deciding. A manager asks when it is built, not at
 * class load, since images of a JVM are restored elsewhere.
 */
public record Worker(String user, String host, String process) {
  public static final String UNKNOWN = "unknown";

  /** A worker of whom nothing is known. */
  public static final Worker ANONYMOUS = new Worker(UNKNOWN, UNKNOWN, UNKNOWN);

  /** This process, with the system's user and this machine's host name where none is given. */
  public static Worker current(@Nullable String user, @Nullable String host) {
    return new Worker(
        user != null ? user : System.getProperty("user.name", UNKNOWN),
        host != null ? host : hostName(),
        Long.toString(ProcessHandle.current().pid()));
  }

  private static String hostName() {
    return localHostName()
        .orElseGet(
            () -> {
              try {
                return InetAddress.getLocalHost().getHostName();
              } catch (UnknownHostException e) {
                return UNKNOWN;
              }
            });
  }

  /** This machine's name as the environment or the kernel says it; asks no name server. */
  public static Optional<String> localHostName() {
    String fromEnvironment = System.getenv("HOSTNAME");
    if (fromEnvironment != null && !fromEnvironment.isBlank()) {
      return Optional.of(fromEnvironment);
    }
    try {
      return Optional.of(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    } catch (IOException notLinux) {
      return Optional.empty();
    }
  }
}
