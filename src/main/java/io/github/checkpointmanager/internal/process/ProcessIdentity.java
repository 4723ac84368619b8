package io.github.checkpointmanager.internal.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Names one process among all of all machines, as far as Linux can: what another process must have
 * in common with it to judge whether it is dead. Immutable.
 *
 * @param machine digest of the machine's id and of its host name
 * @param boot random id of this start of the kernel
 * @param pidNamespace in which process ids count, as {@code /proc/self/ns/pid} names it
 * @param timeNamespace in which start ticks count; {@code none} where the kernel has no such
 *     namespaces
 * @param uid the effective user id
 * @param pid the process id
 * @param startTick when the process started, see {@link ProcessTable.Entry}
 */
public record ProcessIdentity(
    String machine,
    String boot,
    String pidNamespace,
    String timeNamespace,
    long uid,
    long pid,
    long startTick) {
  /** Its value is fixed by AWS Lambda, which freezes and clones processes. */
  private static final String LAMBDA = "AWS_LAMBDA_FUNCTION_NAME";

  private static final String NONE = "none";
  private static final Path MACHINE_ID = Path.of("/etc/machine-id");

  /**
   * This process, as the kernel shows it now. Empty where that is not certain: without Linux, where
   * {@code /proc} shows the processes of another namespace, and on Lambda.
   */
  static Optional<ProcessIdentity> ofThisProcess(
      ProcessTable table, Map<String, String> environment) {
    long pid = ProcessHandle.current().pid();
    Path proc = table.proc();
    try {
      Path self = Files.readSymbolicLink(proc.resolve("self"));
      if (environment.containsKey(LAMBDA) || !self.toString().equals(Long.toString(pid))) {
        return Optional.empty();
      }
      Optional<ProcessTable.Entry> entry = table.find(pid);
      return entry.isEmpty()
          ? Optional.empty()
          : Optional.of(
              new ProcessIdentity(
                  machine(proc),
                  line(proc.resolve("sys/kernel/random/boot_id")),
                  Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString(),
                  timeNamespace(proc),
                  uid(proc),
                  pid,
                  entry.get().startTick()));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Whether both processes are of one machine, one start of it, its namespaces, and one user. */
  boolean isBeside(ProcessIdentity other) {
    return machine.equals(other.machine)
        && boot.equals(other.boot)
        && pidNamespace.equals(other.pidNamespace)
        && timeNamespace.equals(other.timeNamespace)
        && uid == other.uid;
  }

  /**
   * The machine's id is confidential, so its digest stands for it. A container may have none; its
   * namespace and the kernel's random id tell it from others.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/machine-id.5.html">machine-id(5)</a>
   */
  private static String machine(Path proc) throws IOException {
    String id = Files.exists(MACHINE_ID) ? line(MACHINE_ID) : NONE;
    String text = "checkpoint-manager\n" + id + "\n" + line(proc.resolve("sys/kernel/hostname"));
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }

  private static String timeNamespace(Path proc) throws IOException {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/time")).toString();
    } catch (NoSuchFileException e) {
      return NONE;
    }
  }

  /** The second of the four user ids: the effective one. */
  private static long uid(Path proc) throws IOException {
    for (String line : Files.readAllLines(proc.resolve("self/status"), ISO_8859_1)) {
      if (line.startsWith("Uid:")) {
        return Long.parseLong(line.split("\\s+", -1)[2]);
      }
    }
    throw new IOException("no Uid in /proc/self/status");
  }

  private static String line(Path file) throws IOException {
    return Files.readString(file, UTF_8).strip();
  }
}
