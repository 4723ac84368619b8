package io.github.checkpointmanager.cli.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.checkpointmanager.CheckpointManager;
import io.github.checkpointmanager.cli.CommandRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The documents of {@code --output json} against the golden files in {@code
 * src/test/resources/cli}. A field that is renamed, lost, retyped or filled with another value
 * breaks somebody's script.
 *
 * <p>A golden file says which value is in a field: the commands run with a user, a host and a clock
 * of the test's, and every time, id, size and token is replaced by the name of the value that it is
 * equal to. These values are read from the records on the disk, not from the document: {@code
 * STORED_AT} is the time of a checkpoint's file, {@code RENEWED_AT} that of a claim's, {@code
 * UNTIL} is the end of the lease in it, {@code SIZE} a file's size. Different values of one kind
 * are numbered as they appear. A value that is nothing known stays as it is, and the comparison
 * fails.
 */
public final class GoldenDocuments {
  static final String USER = "alice";
  static final String HOST = "w7";

  /** What the clock of the commands says until a test or a command under test sets it. */
  static final Instant COMPLETED_AT = Instant.parse("2001-02-03T04:06:36.654321Z");

  static final Instant STARTED_AT = Instant.parse("2001-02-03T04:05:06.123456Z");
  static final Instant RESTORED_AT = Instant.parse("2001-03-04T05:06:07.891234Z");

  private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
  private static final Pattern WRITE_ID = Pattern.compile("\\b[0-9a-f]{32}\\b");
  private static final Pattern SIZE = Pattern.compile("(?<=\"size\":)\\d{3,}");
  private static final Pattern TOKEN = Pattern.compile("(?<=\"fencingToken\":)\\d+");
  private static final Pattern FINGERPRINT = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Measured by the JVM's own clock: the duration of a run of a pipeline. */
  private static final Pattern MEASURED =
      Pattern.compile("(?<=\"durationSeconds\":)(?!90\\.53)[0-9.E-]+");

  private final Path directory;
  private final Path now;

  /** What the values of this run are called. */
  private final Map<String, String> names = new HashMap<>();

  /**
   * @param directory of the test; the stores are below it
   */
  public GoldenDocuments(Path directory) {
    this.directory = directory;
    this.now = directory.resolve("now");
    names.put(STARTED_AT.toString(), "STARTED_AT");
    names.put(COMPLETED_AT.toString(), "COMPLETED_AT");
    names.put(RESTORED_AT.toString(), "RESTORED_AT");
    setClock(COMPLETED_AT);
  }

  /** A command whose records carry this user, host and time. */
  public CommandRun command() {
    return new CommandRun().path().managers(this::manager);
  }

  public CheckpointManager.Builder manager() {
    return CheckpointManager.builder().user(USER).host(HOST).clock(new FileClock(now));
  }

  public void setClock(Instant time) {
    try {
      Files.writeString(now, time.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The words of a command that sets the clock, for {@code sh}: its work took a while. */
  String setClockTo(Instant time) {
    return "printf " + time + " > " + now;
  }

  /**
   * Runs a command and reads the records before and after. The times of its files differ from those
   * of files written before and after it: numbered names tell only different values apart.
   */
  public CommandRun.Result run(CommandRun command, String... args) {
    awaitNextFileTime();
    learn();
    CommandRun.Result result = command.run(args);
    learn();
    awaitNextFileTime();
    return result;
  }

  /** Waits until a file that is written now gets a later time; a file system's clock is coarse. */
  private void awaitNextFileTime() {
    try {
      Path probe = Files.writeString(directory.resolve("tick"), "");
      FileTime before = Files.getLastModifiedTime(probe);
      while (Files.getLastModifiedTime(probe).equals(before)) {
        Thread.onSpinWait();
        Files.writeString(probe, "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void assertGolden(String name, String document) {
    String normal = normal(document);
    try (InputStream golden = GoldenDocuments.class.getResourceAsStream("/cli/" + name)) {
      assertThat(golden).as("golden file %s for %s", name, normal).isNotNull();
      assertThat(normal).isEqualTo(new String(golden.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String normal(String document) {
    Numbering numbers = new Numbering();
    String text =
        document
            .replace(directory + "/checkpoints", "STORE")
            .replace(directory.toString(), "DIRECTORY")
            .replaceAll(
                "(?<=\"process\":\"|process )" + ProcessHandle.current().pid() + "\\b", "PROCESS")
            .replaceAll("(?<=\"\\d{8}-)[0-9a-f]{16}(?=\")", "HEX");
    text = replace(text, TIME, time -> numbers.of(timeName(time), time));
    text = replace(text, WRITE_ID, id -> numbers.of(name("id:" + id, id), id));
    text = replace(text, TOKEN, token -> numbers.of(name("token:" + token, token), token));
    text = replace(text, SIZE, size -> name("size:" + size, size));
    text = replace(text, FINGERPRINT, digest -> numbers.of(name(digest, digest), digest));
    return MEASURED.matcher(text).replaceAll("MEASURED");
  }

  private static String replace(String text, Pattern pattern, UnaryOperator<String> naming) {
    return pattern.matcher(text).replaceAll(m -> Matcher.quoteReplacement(naming.apply(m.group())));
  }

  private String name(String value, String otherwise) {
    return names.getOrDefault(value, otherwise);
  }

  /** A sentence has whole seconds. */
  private String timeName(String time) {
    return name(time, name("seconds:" + time, time));
  }

  /** Learns what the records on the disk say. */
  private void learn() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        learn(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (Map.Entry<String, String> known : Map.copyOf(names).entrySet()) {
      if (TIME.matcher(known.getKey()).matches()) {
        Instant time = Instant.parse(known.getKey());
        names.putIfAbsent(
            "seconds:" + time.truncatedTo(ChronoUnit.SECONDS), known.getValue() + "_SECOND");
      }
    }
  }

  private void learn(Path file) throws IOException {
    boolean history = file.toString().contains("/history/");
    String name =
        Objects.requireNonNull(history ? file.getParent() : file).getFileName().toString();
    if (!name.endsWith(".checkpoint")
        && !name.endsWith(".claim")
        && !name.equals("rollback.journal")) {
      return;
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    RecordText record = RecordText.of(Files.readString(file, StandardCharsets.ISO_8859_1));
    record.header("Write-Id").ifPresent(id -> names.put("id:" + id, "WRITE_ID"));
    record.header("Fingerprint").ifPresent(digest -> names.put(digest, "FINGERPRINT"));
    record.header("Token").ifPresent(token -> names.put("token:" + token, "FENCING_TOKEN"));
    if (name.equals("rollback.journal")) {
      record.payload().stream()
          .map(line -> line.split(" ", -1))
          .forEach(
              fields -> {
                names.put(fields[0], "JOURNAL_AT");
                if (fields.length > 4 && fields[1].equals("started")) {
                  names.put("id:" + fields[4], "ROLLBACK_ID");
                }
              });
    } else if (name.endsWith(".claim")) {
      names.put(written.toString(), "RENEWED_AT");
      names.put("token:" + written.toEpochMilli(), "FENCING_TOKEN"); // of a claim without Token
      record
          .header("Lease")
          .ifPresent(lease -> names.put(written.plus(Duration.parse(lease)).toString(), "UNTIL"));
    } else {
      names.put(written.toString(), "STORED_AT");
      names.put("size:" + Files.size(file), "SIZE");
    }
  }

  /** The text of a record, as docs/FORMAT.md has it. */
  private record RecordText(Map<String, String> headers, List<String> payload) {
    static RecordText of(String text) {
      Map<String, String> headers = new HashMap<>();
      List<String> lines = List.of(text.split("\n", -1));
      int end = lines.contains("") ? lines.indexOf("") : lines.size();
      for (String line : lines.subList(0, end)) {
        String[] parts = line.split(": ", 2);
        if (parts.length == 2) {
          headers.put(parts[0], parts[1]);
        }
      }
      return new RecordText(headers, lines.subList(end, lines.size()));
    }

    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name));
    }
  }

  /** Gives the values of one kind numbers, in the order in which a document has them. */
  private static final class Numbering {
    private final Map<String, List<String>> seen = new HashMap<>();

    String of(String name, String value) {
      if (name.equals(value) || isConstant(name)) {
        return name;
      }
      List<String> values =
          Objects.requireNonNull(seen.computeIfAbsent(name, n -> new ArrayList<>()));
      if (!values.contains(value)) {
        values.add(value);
      }
      int number = values.indexOf(value) + 1;
      return number == 1 ? name : name + "_" + number;
    }

    private static boolean isConstant(String name) {
      return name.equals("JOURNAL_AT");
    }
  }

  /** Says the time that is in a file, so that the commands of stages can set it. */
  private static final class FileClock extends Clock {
    private final Path file;

    FileClock(Path file) {
      this.file = file;
    }

    @Override
    public Instant instant() {
      try {
        return Instant.parse(Files.readString(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
