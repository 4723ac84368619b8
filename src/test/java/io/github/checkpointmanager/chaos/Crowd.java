package io.github.checkpointmanager.chaos;

import io.github.checkpointmanager.testing.FaultProxy;
import io.github.checkpointmanager.testing.RandomFaults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Six workers of one program, which are killed and stopped at random while the network fails. Each
 * has a proxy of its own; one of three proxies has a clock of its own. For one thread.
 */
final class Crowd implements AutoCloseable {
  static final int STAGES = 3;
  static final Duration LEASE = Duration.ofSeconds(5);

  /** A file beside the journals; the workers finish when it is there. */
  static final String END = "end";

  private static final int WORKERS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ChaosServer server;
  private final Class<?> program;
  private final String prefix;
  private final long seed;
  private final Path directory;
  private final Random random;
  private final RandomFaults network;
  private final List<Connected> all = new ArrayList<>();
  private final List<Connected> current = new ArrayList<>();
  private int kills;
  private int stops;

  /**
   * Starts nobody.
   *
   * @param program has a {@code main} that takes {@link Assignment#toArguments}
   * @param prefix of the location
   */
  Crowd(ChaosServer server, Class<?> program, String prefix, long seed, Path directory) {
    this.server = server;
    this.program = program;
    this.prefix = prefix;
    this.seed = seed;
    this.directory = directory;
    this.random = new Random(seed);
    this.network = ChaosNetwork.faults(seed);
  }

  private record Connected(WorkerProcess worker, FaultProxy proxy) {}

  /**
   * Lets the workers work for so long, and until there is enough, and then lets them finish.
   *
   * @param enough is waited for, for {@link #PATIENCE} at most
   * @param victim chooses, two or three times a second, who is killed or stopped; or nobody
   */
  void work(Duration length, BooleanSupplier enough, Supplier<OptionalInt> victim)
      throws IOException, InterruptedException {
    for (int slot = 0; slot < WORKERS; slot++) {
      current.add(start(slot));
    }
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() - end < 0
        || (!enough.getAsBoolean() && System.nanoTime() - end < PATIENCE.toNanos())) {
      TimeUnit.MILLISECONDS.sleep(400);
      deliverSomeLate();
      OptionalInt next = victim.get();
      if (next.isPresent()) {
        disturb(next.getAsInt());
      }
    }
    Files.createFile(directory.resolve(END));
    for (Connected connected : current) {
      connected.worker().resume();
      requireSuccess(connected.worker());
    }
  }

  /** Delivers what the network still holds, and runs the program once more, undisturbed. */
  void workOnceMore(String name) throws IOException, InterruptedException {
    TimeUnit.SECONDS.sleep(1); // longer than the network delays anything
    for (Connected connected : all) {
      connected.proxy().deliverLate();
    }
    Connected last = connect(name, FaultProxy.before(server.endpoint()));
    requireSuccess(last.worker());
  }

  private static void requireSuccess(WorkerProcess worker) throws IOException {
    if (worker.status() != 0) {
      throw new IllegalStateException(
          worker.name() + " ended with " + worker.status() + ": " + Files.readString(worker.log()));
    }
  }

  private Connected start(int slot) throws IOException {
    FaultProxy proxy = FaultProxy.before(server.endpoint());
    if (slot % 3 == 2) {
      proxy.rewriteReplies(ChaosNetwork::withAnotherClock);
    }
    proxy.when(request -> true).then(network);
    return connect("w%d.%d".formatted(slot, all.size()), proxy);
  }

  private Connected connect(String name, FaultProxy proxy) {
    Assignment assignment =
        new Assignment(
            name,
            server.location(prefix, proxy.endpoint()),
            STAGES,
            LEASE,
            seed,
            directory.resolve(name + ".journal"));
    Connected connected =
        new Connected(
            WorkerProcess.start(program, assignment, Optional.empty(), server.environment()),
            proxy);
    all.add(connected);
    return connected;
  }

  /** Any worker, once in so many calls. */
  OptionalInt anyone(int onceIn) {
    return random.nextInt(onceIn) == 0
        ? OptionalInt.of(random.nextInt(WORKERS))
        : OptionalInt.empty();
  }

  /** A worker whose last event is of this kind, questions about its claim aside. */
  OptionalInt anyoneWho(WorkerEvent.Kind does) {
    int first = random.nextInt(WORKERS);
    for (int i = 0; i < WORKERS; i++) {
      int slot = (first + i) % WORKERS;
      if (lastOf(current.get(slot)).filter(event -> event.kind() == does).isPresent()) {
        return OptionalInt.of(slot);
      }
    }
    return OptionalInt.empty();
  }

  /** How many workers were killed whose last event is of this kind. */
  long killedWho(WorkerEvent.Kind did) {
    return all.stream()
        .filter(connected -> connected.worker().killedAt().isPresent())
        .filter(connected -> lastOf(connected).filter(event -> event.kind() == did).isPresent())
        .count();
  }

  private static Optional<WorkerEvent> lastOf(Connected connected) {
    return eventsOf(connected).stream()
        .filter(event -> event.kind() != WorkerEvent.Kind.VALID)
        .filter(event -> event.kind() != WorkerEvent.Kind.INVALID)
        .reduce((first, second) -> second);
  }

  private void deliverSomeLate() throws IOException {
    for (Connected connected : all) {
      if (random.nextInt(20) == 0) {
        connected.proxy().deliverLate();
      }
    }
  }

  /** Kills a worker, or, each other time, stops it for about a lease and its margin. */
  private void disturb(int slot) throws IOException {
    WorkerProcess worker = current.get(slot).worker();
    if (kills <= stops) {
      worker.kill();
      kills++;
      current.set(slot, start(slot));
    } else {
      worker.stop();
      stops++;
      resumeAfter(worker, 4_000 + (stops % 3) * 2_500L);
    }
  }

  private static void resumeAfter(WorkerProcess worker, long millis) {
    Thread resume =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(millis);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              worker.resume();
            });
    resume.setDaemon(true);
    resume.start();
  }

  int kills() {
    return kills;
  }

  int stops() {
    return stops;
  }

  Map<String, Integer> network() {
    return new TreeMap<>(network.counts());
  }

  /** What all workers wrote down, by time. */
  List<WorkerEvent> events() {
    return all.stream()
        .flatMap(connected -> eventsOf(connected).stream())
        .sorted(Comparator.comparingLong(WorkerEvent::at))
        .toList();
  }

  private static List<WorkerEvent> eventsOf(Connected connected) {
    Path journal = connected.worker().assignment().journal();
    try {
      // A worker may have been killed before it began.
      return Files.exists(journal) ? Journal.read(journal) : List.of();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** What all workers asked the server about stages. */
  List<WireRequest> wire() {
    return all.stream()
        .flatMap(
            connected ->
                WireLog.of(connected.worker().name(), connected.proxy().exchanges(), false)
                    .stream())
        .toList();
  }

  static Map<WorkerEvent.Kind, Long> counts(List<WorkerEvent> events) {
    Map<WorkerEvent.Kind, Long> counts = new EnumMap<>(WorkerEvent.Kind.class);
    events.forEach(event -> counts.merge(event.kind(), 1L, Long::sum));
    return counts;
  }

  @Override
  public void close() throws IOException {
    for (Connected connected : all) {
      connected.worker().close();
      connected.proxy().close();
    }
  }
}
