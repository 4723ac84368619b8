package io.github.checkpointmanager.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.store.s3.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Real workers on real servers: they are killed, cut off, and stopped beyond their leases, also in
 * the middle of a write, their clocks are hours apart, and their network loses, delays, cuts,
 * encodes and refuses requests, or has a clock of its own.
 *
 * <p>Three kinds of run: stages that are completed once, by many; stages that are run again and
 * again and cleared in between; a pipeline that is run again and again and rolled back in between.
 *
 * <p>{@code -Dchaos.seed=…} repeats the choices of a run; the machine's timing decides which
 * requests they hit. {@code -Dchaos.seconds=…} goes on with the next seed until so much time has
 * passed. The records of a failed run stay in {@code target/chaos}.
 */
@Tag("extended")
@Tag("s3")
class ChaosTest {
  private static final long SEED = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));
  private static final Duration SHORTEST_CHURN = Duration.ofSeconds(45);
  private static final Duration AT_LEAST = Duration.ofSeconds(Long.getLong("chaos.seconds", 0));

  @Test
  void localStack_underChaos_keepsEveryPromise() throws Exception {
    runs(ChaosServer.localStack());
  }

  @Test
  @Tag("full")
  void versitygw_underChaos_keepsEveryPromise() throws Exception {
    try (ServerProcess server = ServerProcess.versitygw();
        S3Client client = server.client()) {
      runs(ChaosServer.of("versitygw", server, client));
    }
  }

  @Test
  @Tag("full")
  void minio_underChaos_keepsEveryPromise() throws Exception {
    try (ServerProcess server = ServerProcess.minio();
        S3Client client = server.client()) {
      runs(ChaosServer.of("minio", server, client));
    }
  }

  @Test
  void localStack_withRerunsAndClears_keepsOneHolder() throws Exception {
    churns(ChaosServer.localStack());
  }

  @Test
  @Tag("full")
  void versitygw_withRerunsAndClears_keepsOneHolder() throws Exception {
    try (ServerProcess server = ServerProcess.versitygw();
        S3Client client = server.client()) {
      churns(ChaosServer.of("versitygw", server, client));
    }
  }

  @Test
  @Tag("full")
  void minio_withRerunsAndClears_keepsOneHolder() throws Exception {
    try (ServerProcess server = ServerProcess.minio();
        S3Client client = server.client()) {
      churns(ChaosServer.of("minio", server, client));
    }
  }

  @Test
  void localStack_withRollbacks_neverWorksBesideOne() throws Exception {
    undoes(ChaosServer.localStack());
  }

  @Test
  @Tag("full")
  void versitygw_withRollbacks_neverWorksBesideOne() throws Exception {
    try (ServerProcess server = ServerProcess.versitygw();
        S3Client client = server.client()) {
      undoes(ChaosServer.of("versitygw", server, client));
    }
  }

  @Test
  @Tag("full")
  void minio_withRollbacks_neverWorksBesideOne() throws Exception {
    try (ServerProcess server = ServerProcess.minio();
        S3Client client = server.client()) {
      undoes(ChaosServer.of("minio", server, client));
    }
  }

  private static void undoes(ChaosServer server) throws IOException, InterruptedException {
    Path directory = directory(server, SEED);
    Duration length = AT_LEAST.compareTo(SHORTEST_CHURN) > 0 ? AT_LEAST : SHORTEST_CHURN;
    UndoRun.Report report = new UndoRun(server, SEED, directory, length).run();
    System.out.println(report);
    assertThat(report.violations()).as("%s%nSee %s", report, directory).isEmpty();
    assertThat(report.count(WorkerEvent.Kind.SAVED)).isPositive();
    assertThat(report.count(WorkerEvent.Kind.UNDONE)).isPositive();
    assertThat(report.count(WorkerEvent.Kind.NOT_UNDONE)).isPositive();
    assertThat(report.brokenOff()).isPositive();
    assertThat(report.stops()).isPositive();
    assertThat(report.network()).containsKeys("encoded", "hung", "lost replies");
    delete(directory);
  }

  private static void churns(ChaosServer server) throws IOException, InterruptedException {
    Path directory = directory(server, SEED);
    Duration length = AT_LEAST.compareTo(SHORTEST_CHURN) > 0 ? AT_LEAST : SHORTEST_CHURN;
    ChurnRun.Report report = new ChurnRun(server, SEED, directory, length).run();
    System.out.println(report);
    assertThat(report.violations()).as("%s%nSee %s", report, directory).isEmpty();
    assertThat(report.count(WorkerEvent.Kind.SAVED)).isPositive();
    assertThat(report.count(WorkerEvent.Kind.CLEARED)).isPositive();
    assertThat(report.count(WorkerEvent.Kind.NOT_CLEARED)).isPositive();
    assertThat(report.kills()).isPositive();
    assertThat(report.stops()).isPositive();
    assertThat(report.network()).containsKeys("encoded", "hung", "lost replies");
    delete(directory);
  }

  private static Path directory(ChaosServer server, long seed) throws IOException {
    return Files.createTempDirectory(
        Files.createDirectories(Path.of("target", "chaos")), server.name() + "-" + seed);
  }

  private static void runs(ChaosServer server) throws IOException, InterruptedException {
    long end = System.nanoTime() + AT_LEAST.toNanos();
    long seed = SEED;
    do {
      Path directory = directory(server, seed);
      ChaosReport report = new ChaosRun(server, seed++, directory).run();
      System.out.println(report);
      report.writeTo(directory);
      assertThat(report.violations()).as("%s%nSee %s", report, directory).isEmpty();
      assertThat(report.takeovers()).isPositive();
      assertThat(report.pollsOfFreeClaims()).isPositive();
      assertThat(report.faults("KILL")).isPositive();
      assertThat(report.faults("STOP")).isPositive();
      assertThat(report.faults("CLOCK")).isPositive();
      assertThat(report.networkFaults())
          .containsKeys(
              "lost replies", "lost requests", "cut replies", "409", "500", "503", "encoded");
      delete(directory);
    } while (System.nanoTime() - end < 0);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
