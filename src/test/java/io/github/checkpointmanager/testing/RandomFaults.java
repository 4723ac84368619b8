package io.github.checkpointmanager.testing;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * Faults at random, the same for the same seed and order of requests. Thread-safe once it is
 * complete.
 */
public final class RandomFaults implements WireFault {
  private record Choice(
      String name, double probability, Predicate<ProxiedRequest> which, WireFault fault) {}

  private final Random random; // synchronised by itself
  private final List<Choice> choices = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();

  private RandomFaults(long seed) {
    random = new Random(seed);
  }

  /** Everything passes until faults are added. */
  public static RandomFaults seeded(long seed) {
    return new RandomFaults(seed);
  }

  /** Adds a fault of all requests; the probabilities add up to 1 at most. */
  public RandomFaults add(String name, double probability, WireFault fault) {
    return add(name, probability, request -> true, fault);
  }

  /** Adds a fault of some requests, which others pass. */
  public RandomFaults add(
      String name, double probability, Predicate<ProxiedRequest> which, WireFault fault) {
    choices.add(new Choice(name, probability, which, fault));
    return this;
  }

  /** How often each fault was chosen. */
  public Map<String, Integer> counts() {
    synchronized (counts) {
      return new TreeMap<>(counts);
    }
  }

  @Override
  public void handle(PendingExchange exchange) throws IOException, InterruptedException {
    next(exchange.request()).handle(exchange);
  }

  private WireFault next(ProxiedRequest request) {
    double draw = random.nextDouble();
    for (Choice choice : choices) {
      draw -= choice.probability;
      if (draw < 0) {
        if (!choice.which.test(request)) {
          return WireFault.pass();
        }
        synchronized (counts) {
          counts.merge(choice.name, 1, Integer::sum);
        }
        return choice.fault;
      }
    }
    return WireFault.pass();
  }
}
