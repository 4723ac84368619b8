package io.github.checkpointmanager.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How this process names itself to a person who looks for the holder of a lock. */
final class ThisProcess {
  static final String DESCRIPTION = "process " + ProcessHandle.current().pid() + " on " + host();

  private ThisProcess() {}

  /** Without asking a name server, which may take longer than the lock is held. */
  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      String name = System.getenv("HOSTNAME");
      return name == null ? "an unnamed host" : name;
    }
  }
}
