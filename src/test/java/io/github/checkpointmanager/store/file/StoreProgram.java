package io.github.checkpointmanager.store.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.checkpointmanager.internal.file.DirectoryLock;
import io.github.checkpointmanager.internal.file.StoreDirectory;
import io.github.checkpointmanager.store.Deletion;
import io.github.checkpointmanager.store.StoreException;
import io.github.checkpointmanager.store.StoredObject;
import io.github.checkpointmanager.store.Version;
import io.github.checkpointmanager.store.WriteResult;
import io.github.checkpointmanager.store.WriteResult.Outcome;
import io.github.checkpointmanager.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A program that does something to a store in a directory. It says {@code ready}, waits for a line,
 * and then says a line for each thing done.
 */
final class StoreProgram {
  private StoreProgram() {}

  /** Starts it and waits until it is ready. */
  static ChildJvm start(String task, Path directory, String... arguments) {
    return start(List.of(), ChildJvm.testClassPath(), task, directory, arguments);
  }

  /**
   * Starts it by way of another command.
   *
   * @param launcher a command that starts the JVM, such as {@code setpriv}
   */
  static ChildJvm start(
      List<String> launcher, String classPath, String task, Path directory, String... arguments) {
    List<String> all = new ArrayList<>(List.of(task, directory.toString()));
    all.addAll(List.of(arguments));
    ChildJvm started =
        ChildJvm.running(StoreProgram.class, all.toArray(String[]::new))
            .launchedBy(launcher)
            .classPath(classPath)
            .start();
    String greeting = started.line();
    if (!greeting.equals("ready")) {
      started.close();
      throw new IllegalStateException("the store program said " + greeting);
    }
    return started;
  }

  /** What runs in the other JVM. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    out.println("ready");
    if (in.readLine() == null) {
      return;
    }
    Path directory = Path.of(arguments[1]);
    FileStore store = FileStore.at(directory);
    try {
      switch (arguments[0]) {
        case "create" -> out.println(store.create("a", bytes(arguments[2])).outcome());
        case "count" -> count(store, Integer.parseInt(arguments[2]), out);
        case "churn" -> churn(store, out);
        case "hold" -> hold(directory, in, out);
        case "read" -> read(store, out);
        case "replace" ->
            out.println(
                store
                    .replace("a.claim", bytes("3"), store.read("a.claim").orElseThrow().version())
                    .outcome());
        case "write" -> out.println(store.create("new", bytes("1")).outcome());
        case "delete" -> out.println(store.delete(Deletion.ofEach("a.claim")).failures());
        case "diagnose" -> store.diagnose().forEach(out::println);
        case "fill" -> fill(store, out);
        default -> throw new IllegalArgumentException(arguments[0]);
      }
    } catch (StoreException e) {
      out.println(e.kind() + " " + e.getMessage());
    }
  }

  /** Adds one to the number in "a", so many times, and creates it if need be. */
  private static void count(FileStore store, int increments, PrintStream out) {
    for (int done = 0; done < increments; ) {
      StoredObject seen = store.read("a").orElse(null);
      WriteResult result =
          seen == null
              ? store.create("a", bytes("1"))
              : store.replace("a", bytes(next(seen)), seen.version());
      if (result.outcome() == Outcome.WRITTEN) {
        done++;
      }
    }
    out.println("done");
  }

  private static String next(StoredObject seen) {
    return String.valueOf(Integer.parseInt(new String(seen.content(), UTF_8)) + 1);
  }

  /**
   * Replaces "a" without end, each time with one byte value throughout, and deletes it at times.
   */
  private static void churn(FileStore store, PrintStream out) {
    for (int i = 0; ; i++) {
      byte[] content = new byte[100_000];
      Arrays.fill(content, (byte) i);
      Version version =
          store
              .read("a")
              .map(StoredObject::version)
              .orElseGet(() -> store.create("a", new byte[1]).version().orElseThrow());
      out.println(store.replace("a", content, version).outcome());
      if (i % 5 == 4) {
        out.println(store.delete(Deletion.ofEach("a")).isComplete());
      }
    }
  }

  private static void hold(Path directory, BufferedReader in, PrintStream out) throws IOException {
    try (DirectoryLock lock =
        DirectoryLock.acquire(new StoreDirectory(directory), Duration.ofSeconds(10))) {
      out.println(lock.path());
      in.readLine();
    }
  }

  private static void read(FileStore store, PrintStream out) {
    StoredObject found = store.read("a.claim").orElseThrow();
    out.println(new String(found.content(), UTF_8) + " " + found.storeTime().isPresent());
    out.println(store.list("").iterator().next().objects().size());
    out.println(store.versions("a.claim").size());
  }

  /** Creates files of 100 kB until that fails. */
  private static void fill(FileStore store, PrintStream out) {
    for (int i = 0; ; i++) {
      store.create("file-" + i, new byte[100_000]);
      out.println("written");
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
