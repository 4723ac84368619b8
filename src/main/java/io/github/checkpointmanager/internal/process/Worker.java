package io.github.checkpointmanager.internal.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
    Machine machine = Machine.current();
    return new Worker(
        user != null ? user : machine.user().orElse(UNKNOWN),
        host != null ? host : machine.host().or(Worker::hostOfTheResolver).orElse(UNKNOWN),
        Long.toString(ProcessHandle.current().pid()));
  }

  /** This process as a message names it: its id and its machine. Asks no name server. */
  public static String describeCurrent() {
    return "process "
        + ProcessHandle.current().pid()
        + " on "
        + Machine.current().host().orElse("an unnamed host");
  }

  /**
   * Asks the resolver, and so perhaps a name server, which may not answer for many seconds. Only
   * for systems that say their name nowhere else (macOS).
   */
  private static Optional<String> hostOfTheResolver() {
    try {
      return Optional.of(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  /**
   * What the environment and the system say about user and host.
   *
   * @param environment its variables
   * @param systemUser the property {@code user.name}: {@code ?} where the user id has no name
   * @param process the directory of this process in {@code /proc}: its owner is the user
   * @param hostFile the kernel's host name
   */
  record Machine(Map<String, String> environment, String systemUser, Path process, Path hostFile) {
    static Machine current() {
      return new Machine(
          System.getenv(),
          System.getProperty("user.name", ""),
          Path.of("/proc/self"),
          Path.of("/proc/sys/kernel/hostname"));
    }

    /** The user's name; where it has none (in many containers), the variable or the number. */
    Optional<String> user() {
      return first(systemUser.equals("?") ? "" : systemUser, variable("USER"), variable("LOGNAME"))
          .or(this::userId);
    }

    private Optional<String> userId() {
      try {
        return Optional.of(String.valueOf(Files.getAttribute(process, "unix:uid")));
      } catch (IOException | UnsupportedOperationException | IllegalArgumentException notLinux) {
        return Optional.empty();
      }
    }

    /** This machine's name as the environment or the kernel says it; asks no name server. */
    Optional<String> host() {
      return first(variable("HOSTNAME"), kernelsHost(), variable("COMPUTERNAME"));
    }

    private String kernelsHost() {
      try {
        return Files.readString(hostFile).strip();
      } catch (IOException notLinux) {
        return "";
      }
    }

    private String variable(String name) {
      return environment.getOrDefault(name, "");
    }

    private static Optional<String> first(String... candidates) {
      return Stream.of(candidates).filter(candidate -> !candidate.isBlank()).findFirst();
    }
  }
}
