package io.github.checkpointmanager.internal.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.github.checkpointmanager.internal.process.ProcessTable.Carriers;
import io.github.checkpointmanager.internal.process.ProcessTable.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Proves that a process of this machine is dead, from what the kernel shows of it. Every doubt
 * means that it is not proved: the holder's lease then decides.
 *
 * <p>It is proved if all of this holds:
 *
 * <ul>
 *   <li>this process is still the one that was there when this object was made: it was not restored
 *       from an image since then, and is no Lambda
 *   <li>both are of the same machine, start of the kernel, namespaces and user
 *   <li>{@code /proc} hides no process: it is mounted without {@code hidepid}, nothing is mounted
 *       over a process in it, and process 1 is visible
 *   <li>the holder is not this process, nor one around it
 *   <li>its id is free, or belongs to a process that started at another tick, or to a zombie of one
 *       task
 *   <li>two looks one after the other show no process that carries the cookie, and none that
 *       started after the holder and whose environment cannot be read
 * </ul>
 *
 * <p>Thread-safe.
 */
final class DeathProof implements LocalProcesses {
  /** Between TERM and KILL. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  /** After KILL; only a process that the kernel holds lives longer. */
  private static final Duration LONGEST_DYING = Duration.ofSeconds(5);

  /** So many without any carrier, since a process may have started another one during a look. */
  private static final int LOOKS = 2;

  /** A process that is just ending, or is executing a new program, cannot be read either. */
  private static final Duration LONGEST_DOUBT = Duration.ofSeconds(1);

  private static final Duration LOOK = Duration.ofMillis(20);

  /** {@code hidepid=2}, {@code hidepid=invisible} and so on; zero and {@code off} hide nothing. */
  private static final Pattern HIDING = Pattern.compile("(?:^|,)hidepid=(?!0(?:,|$)|off(?:,|$))");

  private final ProcessTable table;
  private final Map<String, String> environment;
  private final Optional<ProcessIdentity> first;

  DeathProof(ProcessTable table, Map<String, String> environment) {
    this.table = table;
    this.environment = environment;
    this.first = ProcessIdentity.ofThisProcess(table, environment);
  }

  @Override
  public Optional<ProcessIdentity> self() {
    return ProcessIdentity.ofThisProcess(table, environment)
        .filter(now -> first.equals(Optional.of(now)));
  }

  @Override
  public boolean hasEnded(ProcessIdentity holder, ExecutionCookie cookie) {
    try {
      Optional<ProcessIdentity> self = self();
      return self.isPresent()
          && self.get().isBeside(holder)
          && !self.get().equals(holder)
          && !ExecutionCookie.inherited(environment).contains(cookie)
          && showsEveryProcess()
          && hasEnded(holder);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean isDead(ProcessIdentity holder, ExecutionCookie cookie) {
    try {
      return hasEnded(holder, cookie) && isNothingLeft(holder, cookie);
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean hasEnded(ProcessIdentity holder) throws IOException {
    Optional<Entry> found = table.find(holder.pid());
    return found.isEmpty() || found.get().startTick() != holder.startTick() || found.get().isDead();
  }

  /**
   * Whether other users' processes are shown too.
   *
   * @see <a href="https://man7.org/linux/man-pages/man5/proc.5.html">proc(5), mount options</a>
   */
  private boolean showsEveryProcess() throws IOException {
    boolean mounted = false;
    for (String line : Files.readAllLines(table.proc().resolve("self/mountinfo"), ISO_8859_1)) {
      int optional = line.indexOf(" - ");
      String point = line.split(" ", -1)[4];
      if (point.equals("/proc")) {
        String[] fields = line.substring(optional + 3).split(" ", -1);
        mounted = fields[0].equals("proc") && !HIDING.matcher(fields[2]).find();
        if (!mounted) {
          return false;
        }
      }
      if (point.matches("/proc/\\d.*")) {
        return false;
      }
    }
    return mounted && table.find(1).isPresent();
  }

  /** Stops what is left of the execution: TERM once for each process, KILL after the grace. */
  private boolean isNothingLeft(ProcessIdentity holder, ExecutionCookie cookie)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Set<Long> asked = new HashSet<>();
    int clean = 0;
    while (clean < LOOKS) {
      Carriers carriers = table.carriers(cookie);
      boolean left = !carriers.carrying().isEmpty();
      boolean doubtful =
          carriers.unknown().stream().anyMatch(e -> e.startTick() >= holder.startTick());
      if (!left && !doubtful) {
        clean++;
        continue;
      }
      clean = 0;
      Duration since = Duration.ofNanos(System.nanoTime() - begin);
      if (since.compareTo(left ? GRACE.plus(LONGEST_DYING) : LONGEST_DOUBT) > 0) {
        return false;
      }
      boolean kill = since.compareTo(GRACE) > 0;
      for (Entry process : carriers.carrying()) {
        if (kill || asked.add(process.pid())) {
          table.signal(process, kill);
        }
      }
      TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
    }
    return true;
  }
}
