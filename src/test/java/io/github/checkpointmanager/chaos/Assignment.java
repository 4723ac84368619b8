package io.github.checkpointmanager.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * What one worker has to do. The seed determines each stage's task, so that it is the same for all
 * workers.
 *
 * @param location through the worker's own proxy
 */
record Assignment(
    String worker, String location, int stageCount, Duration lease, long seed, Path journal) {
  List<String> toArguments() {
    return List.of(
        worker,
        location,
        Integer.toString(stageCount),
        lease.toString(),
        Long.toString(seed),
        journal.toString());
  }

  static Assignment of(String[] arguments) {
    return new Assignment(
        arguments[0],
        arguments[1],
        Integer.parseInt(arguments[2]),
        Duration.parse(arguments[3]),
        Long.parseLong(arguments[4]),
        Path.of(arguments[5]));
  }

  static List<String> stages(int count) {
    return IntStream.range(0, count).mapToObj("stage-%02d"::formatted).toList();
  }

  /** Most tasks are short; one in eight takes longer than a lease, and depends on heartbeats. */
  Duration taskLength(String stage) {
    SplittableRandom random = new SplittableRandom(seed ^ stage.hashCode());
    Duration extra = Duration.ofMillis(random.nextInt(100, 900));
    return random.nextInt(8) == 0 ? lease.plus(extra.multipliedBy(2)) : extra;
  }

  /** One first attempt in ten throws. */
  boolean fails(String stage, long attempt) {
    return attempt == 1 && new SplittableRandom(seed - stage.hashCode()).nextInt(10) == 0;
  }
}
