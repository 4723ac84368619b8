package io.github.checkpointmanager.cli.pipeline;

import static io.github.checkpointmanager.cli.pipeline.FileRefusal.quoted;

import io.github.checkpointmanager.cli.pipeline.FileRefusal.FilePosition;
import io.github.checkpointmanager.cli.pipeline.StageShell.StageCommand;
import io.github.checkpointmanager.pipeline.Pipeline;
import io.github.checkpointmanager.pipeline.PipelineDefinitionException;
import io.github.checkpointmanager.pipeline.PipelineTask;
import io.github.checkpointmanager.pipeline.ResumePolicy;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A pipeline as {@code pipeline.yaml} declares it: what it runs are shell commands, and what it
 * names are paths below the file's own directory. Immutable.
 */
public final class PipelineFile {
  private static final List<String> KEYS = List.of("name", "store", "policy", "order", "stages");
  private static final List<String> ORDERS = List.of("graph", "list");
  private static final List<String> POLICIES =
      Stream.of(ResumePolicy.values()).map(policy -> lower(policy)).toList();

  private final FileRefusal refusal;
  private final Path directory;
  private final String name;
  private final Optional<String> store;
  private final Optional<ResumePolicy> policy;
  private final boolean list;
  private final List<StageReader.FileStage> stages;

  private PipelineFile(
      Path file, YamlFields fields, List<StageReader.FileStage> stages, FileRefusal refusal) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    this.refusal = refusal;
    this.directory = parent == null ? file.toAbsolutePath() : parent;
    this.name =
        fields.text("name").map(YamlFields.Text::value).orElseGet(() -> withoutEnding(file));
    this.store = fields.text("store").map(YamlFields.Text::value);
    this.policy =
        chosen(fields, "policy", POLICIES, refusal)
            .map(word -> ResumePolicy.valueOf(word.toUpperCase(Locale.ROOT)));
    this.list = chosen(fields, "order", ORDERS, refusal).filter("list"::equals).isPresent();
    this.stages = List.copyOf(stages);
  }

  /**
   * Reads a file.
   *
   * @throws PipelineFileException it cannot be read or is refused; the message says where
   */
  public static PipelineFile read(Path file) {
    FileRefusal refusal = new FileRefusal(file.toString());
    Node root = YamlTree.of(FileBytes.read(file, refusal), refusal);
    YamlFields fields = YamlFields.of(root, "the pipeline", refusal).allowing(KEYS);
    return new PipelineFile(file, fields, stages(fields, refusal), refusal);
  }

  private static List<StageReader.FileStage> stages(YamlFields fields, FileRefusal refusal) {
    Node node =
        fields
            .node("stages")
            .orElseThrow(
                () ->
                    refusal.at(
                        FilePosition.START,
                        "it has no key 'stages'",
                        "Declare at least one stage"));
    YamlFields byName = YamlFields.of(node, fields.described("stages"), refusal);
    if (byName.keys().isEmpty()) {
      throw refusal.at(FilePosition.of(node), "it has no stage", "Declare at least one");
    }
    StageReader reader = new StageReader(refusal);
    List<StageReader.FileStage> stages = new ArrayList<>();
    for (String stage : byName.keys()) {
      stages.add(
          reader.read(
              new YamlFields.Text(stage, byName.position(stage)),
              byName.node(stage).orElseThrow()));
    }
    return stages;
  }

  private static Optional<String> chosen(
      YamlFields fields, String key, List<String> words, FileRefusal refusal) {
    Optional<YamlFields.Text> text = fields.text(key);
    text.filter(word -> !words.contains(word.value()))
        .ifPresent(
            word -> {
              throw refusal.unknown(
                  word.position(),
                  fields.described(key) + " is " + quoted(word.value()),
                  word.value(),
                  words,
                  "word");
            });
    return text.map(YamlFields.Text::value);
  }

  private static String lower(ResumePolicy policy) {
    return policy.name().toLowerCase(Locale.ROOT);
  }

  private static String withoutEnding(Path file) {
    String last = String.valueOf(file.getFileName());
    return last.replaceFirst("\\.ya?ml$", "");
  }

  /** Where the file lies, absolute; relative paths in it begin here, and commands run here. */
  public Path directory() {
    return directory;
  }

  public String name() {
    return name;
  }

  /** The location of its checkpoints. */
  public Optional<String> store() {
    return store;
  }

  public Optional<ResumePolicy> policy() {
    return policy;
  }

  /**
   * The pipeline.
   *
   * @param tasks what a command becomes
   * @throws PipelineFileException stages that do not fit together; the message says where
   */
  public Pipeline declare(Function<StageCommand, PipelineTask> tasks) {
    Pipeline.Builder pipeline = Pipeline.named(name);
    for (StageReader.FileStage stage : stages) {
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

  private FilePosition position(PipelineDefinitionException e) {
    Optional<StageReader.FileStage> stage =
        stages.stream()
            .filter(one -> e.stage().filter(one.name().value()::equals).isPresent())
            .findFirst();
    Optional<FilePosition> name =
        stage.stream()
            .flatMap(one -> Stream.of(one.after(), one.inputs(), one.outputs()))
            .flatMap(List::stream)
            .filter(text -> e.name().filter(text.value()::equals).isPresent())
            .map(YamlFields.Text::position)
            .reduce((first, second) -> second);
    return name.or(() -> stage.map(one -> one.name().position())).orElse(FilePosition.START);
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
        String why = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
        throw refusal.whole(why, "Give a file that can be read", e);
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
