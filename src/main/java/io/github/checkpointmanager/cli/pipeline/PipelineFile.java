package io.github.checkpointmanager.cli.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.cli.output.Text;
import io.github.checkpointmanager.cli.pipeline.FileRefusal.FilePosition;
import io.github.checkpointmanager.cli.pipeline.StageReader.FileStage;
import io.github.checkpointmanager.cli.pipeline.StageShell.StageCommand;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineDefinitionException;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.pipeline.ResumePolicy;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A pipeline as {@code pipeline.yaml} declares it: what it runs are shell commands, and what it
 * names are paths below the file's own directory. Immutable.
 *
 * @param directory where the file lies, absolute; relative paths in it begin here, and commands run
 *     here
 * @param named whether the file gives the name; else it is the file's own
 * @param store the location of its checkpoints
 * @param list whether each stage is after the one before
 */
record PipelineFile(
    Path directory,
    String name,
    boolean named,
    Optional<String> store,
    Optional<ResumePolicy> policy,
    boolean list,
    List<FileStage> stages,
    FileRefusal refusal) {
  private static final List<String> KEYS = List.of("name", "store", "policy", "order", "stages");
  private static final Set<String> STANDARD_INPUT = Set.of("-", "/dev/stdin", "/dev/fd/0");
  private static final List<String> ORDERS = List.of("graph", "list");
  private static final List<String> POLICIES =
      Stream.of(ResumePolicy.values()).map(Text::lower).toList();

  /**
   * Reads a file. What comes through a pipe has no directory: it counts as the default file of the
   * working directory.
   *
   * @param file {@code -} for standard input
   * @param standardInput read only if it is meant
   * @throws PipelineFileException it cannot be read or is refused; the message says where
   */
  static PipelineFile read(Path file, InputStream standardInput) {
    boolean input = isStandardInput(file);
    FileRefusal refusal = new FileRefusal(input ? "standard input" : file.toString());
    String text = input ? FileBytes.read(standardInput, refusal) : FileBytes.read(file, refusal);
    Path place = input || isPipe(file) ? Path.of(PipelineOptions.DEFAULT_FILE) : file;
    return read(text, place, refusal);
  }

  static boolean isStandardInput(Path file) {
    return STANDARD_INPUT.contains(file.toString());
  }

  /** As {@code <(command)} of shells is named. */
  private static boolean isPipe(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith("/dev/fd") || absolute.startsWith("/proc");
  }

  private static PipelineFile read(String text, Path place, FileRefusal refusal) {
    Node root = YamlTree.of(text, refusal);
    YamlFields fields = YamlFields.of(root, "the pipeline", refusal).allowing(KEYS);
    List<FileStage> stages = stages(fields, refusal);
    Path absolute = place.toAbsolutePath().normalize();
    return new PipelineFile(
        Objects.requireNonNullElse(absolute.getParent(), absolute),
        fields.value("name").orElseGet(() -> withoutEnding(place)),
        fields.value("name").isPresent(),
        fields.value("store"),
        chosen(fields, "policy", POLICIES, refusal)
            .map(word -> ResumePolicy.valueOf(word.toUpperCase(Locale.ROOT))),
        chosen(fields, "order", ORDERS, refusal).filter("list"::equals).isPresent(),
        stages,
        refusal);
  }

  private static List<FileStage> stages(YamlFields fields, FileRefusal refusal) {
    if (fields.node("stages").isEmpty()) {
      throw refusal.at(FilePosition.START, "it has no key 'stages'", "Declare at least one stage");
    }
    Node node = fields.node("stages").get();
    YamlFields byName = YamlFields.of(node, fields.described("stages"), refusal);
    if (byName.all().isEmpty()) {
      throw refusal.at(FilePosition.of(node), "it has no stage", "Declare at least one");
    }
    StageReader reader = new StageReader(refusal);
    return byName.all().stream().map(stage -> reader.read(stage.key(), stage.value())).toList();
  }

  private static Optional<String> chosen(
      YamlFields fields, String key, List<String> words, FileRefusal refusal) {
    Optional<YamlFields.WrittenText> text = fields.text(key);
    if (text.isPresent() && !words.contains(text.get().value())) {
      String why = fields.described(key) + " is " + quoted(text.get().value());
      throw refusal.unknown(text.get(), why, words, "word");
    }
    return text.map(YamlFields.WrittenText::value);
  }

  /** Whether a stage reads objects of S3, or declares them as its outputs. */
  boolean readsObjects() {
    return stages.stream()
        .flatMap(stage -> Stream.concat(stage.inputs().stream(), stage.outputs().stream()))
        .anyMatch(name -> name.value().startsWith("s3://"));
  }

  private static String withoutEnding(Path file) {
    return String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
  }

  /**
   * Refuses a file without a name: in a location that is named elsewhere, records say whose they
   * are by that name, and most files are called the same.
   *
   * @param elsewhere what names the location
   * @throws PipelineFileException the file gives no name
   */
  void requireName(String elsewhere) {
    if (!named) {
      throw refusal.at(
          FilePosition.START,
          "it has no 'name', and its checkpoints are where "
              + elsewhere
              + " says, perhaps beside those of other pipelines",
          "Add a line 'name: …' that no other pipeline has there");
    }
  }

  /**
   * The pipeline.
   *
   * @param tasks what a command becomes
   * @throws PipelineFileException stages that do not fit together; the message says where
   */
  Pipeline declare(Function<StageCommand, PipelineTask> tasks) {
    Pipeline.Builder pipeline = Pipeline.named(name);
    for (FileStage stage : stages) {
      if (list) {
        pipeline.then(stage.declare(tasks));
      } else {
        pipeline.stage(stage.declare(tasks));
      }
    }
    try {
      return pipeline.build();
    } catch (PipelineDefinitionException e) {
      String where = e.stage().map(stage -> "stage " + quoted(stage) + ": ").orElse("");
      throw refusal.at(position(e), where + e.why(), e.remedy(), e);
    }
  }

  /** Of the last text that is the refused name, else of the stage. */
  private FilePosition position(PipelineDefinitionException e) {
    Optional<FileStage> stage =
        stages.stream()
            .filter(one -> e.stage().filter(one.name().value()::equals).isPresent())
            .findFirst();
    return stage.stream()
        .flatMap(
            one ->
                Stream.concat(
                    Stream.of(one.name()),
                    Stream.of(one.after(), one.inputs(), one.outputs())
                        .flatMap(List::stream)
                        .filter(text -> e.name().filter(text.value()::equals).isPresent())))
        .reduce((first, second) -> second)
        .map(YamlFields.WrittenText::position)
        .orElse(FilePosition.START);
  }

  /** Reads the file as text: UTF-8, of a bounded size. */
  static final class FileBytes {
    /** Ten thousand stages with some lines each. */
    static final int MOST_BYTES = 4 * 1024 * 1024;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private FileBytes() {}

    /**
     * @throws PipelineFileException it cannot be read, is too large, or is not UTF-8
     */
    static String read(Path file, FileRefusal refusal) {
      try (InputStream in = Files.newInputStream(file)) {
        return text(in.readNBytes(MOST_BYTES + 1), refusal);
      } catch (NoSuchFileException e) {
        throw refusal.whole(
            "there is no such file",
            "Give the pipeline's file with --file, or change to its directory",
            e);
      } catch (AccessDeniedException e) {
        throw refusal.whole("it may not be read", "Correct its permissions", e);
      } catch (IOException e) {
        String why =
            file.toString().isEmpty()
                ? "its name is empty"
                : Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
        throw refusal.whole(why, "Give a file that can be read", e);
      }
    }

    /**
     * @throws PipelineFileException as for a file
     */
    static String read(InputStream in, FileRefusal refusal) {
      try {
        // Buffered, since a file's own stream seeks for this, which a pipe refuses.
        return text(new BufferedInputStream(in).readNBytes(MOST_BYTES + 1), refusal);
      } catch (IOException e) {
        throw refusal.whole(String.valueOf(e.getMessage()), "Give a file that can be read", e);
      }
    }

    static String text(byte[] bytes, FileRefusal refusal) {
      if (bytes.length > MOST_BYTES) {
        throw refusal.whole(
            "it has more than " + MOST_BYTES + " bytes", "Split the pipeline into several", null);
      }
      CharBuffer chars = CharBuffer.allocate(bytes.length);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
      CoderResult result = decoder.decode(in, chars, true);
      String text = chars.flip().toString();
      if (result.isError()) {
        throw refusal.at(
            FilePosition.after(text),
            String.format(Locale.ROOT, "the byte 0x%02x is not UTF-8 here", bytes[in.position()]),
            "Save the file in UTF-8");
      }
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
  }
}
