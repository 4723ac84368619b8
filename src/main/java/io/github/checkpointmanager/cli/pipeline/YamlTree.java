package io.github.checkpointmanager.cli.pipeline;

import io.github.checkpointmanager.cli.pipeline.FileRefusal.FilePosition;
import io.github.checkpointmanager.cli.pipeline.FileRefusal.PipelineFileException;
import io.github.checkpointmanager.cli.pipeline.PipelineFile.FileBytes;
import io.github.checkpointmanager.internal.record.LogSafe;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.schema.JsonSchema;

/**
 * Text to a tree of YAML nodes, which know their positions. No object is ever constructed from the
 * file; a first look at its events bounds how deep the tree is and how often it repeats itself, so
 * that composing it takes little stack and memory.
 */
final class YamlTree {
  private static final int MOST_ALIASES = 100;
  private static final int DEEPEST = 20;
  private static final Pattern TAB = Pattern.compile("found character '\\\\t\\(TAB\\)'.*");
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setUseMarks(true)
          .setAllowNonScalarKeys(true) // refused later, with their place
          .setSchema(new JsonSchema())
          .setCodePointLimit(FileBytes.MOST_BYTES)
          .setMaxAliasesForCollections(MOST_ALIASES)
          .build();

  private YamlTree() {}

  /**
   * The document's root.
   *
   * @throws PipelineFileException it is no YAML, empty, more than one document, or uses what is not
   *     allowed here
   */
  static Node of(String text, FileRefusal refusal) {
    try {
      SafeEvents events = new SafeEvents(refusal);
      for (Event event : new Parse(SETTINGS).parseString(text)) {
        events.accept(event);
      }
      Optional<Node> root = new Compose(SETTINGS).composeString(text);
      return root.orElseThrow(
          () -> refusal.at(FilePosition.START, "it is empty", "Declare at least one stage"));
    } catch (MarkedYamlEngineException e) {
      throw malformed(e, refusal);
    } catch (ReaderException e) {
      throw refusal.at(
          FilePosition.after(text.substring(0, text.offsetByCodePoints(0, e.getPosition()))),
          String.format(
              Locale.ROOT, "the character U+%04X is not allowed in YAML", e.getCodePoint()),
          "Remove it");
    } catch (YamlEngineException e) {
      throw refusal.whole(
          LogSafe.of(firstLine(String.valueOf(e.getMessage()))), "Correct the YAML", e);
    }
  }

  private static PipelineFileException malformed(MarkedYamlEngineException e, FileRefusal refusal) {
    Optional<Mark> mark = e.getProblemMark();
    FilePosition position = FilePosition.of(mark.isPresent() ? mark : e.getContextMark());
    String problem = firstLine(String.valueOf(e.getProblem()));
    Matcher tab = TAB.matcher(problem);
    if (tab.matches()) {
      return refusal.at(
          position, "there is a tab where YAML allows only spaces", "Indent with spaces", e);
    }
    String context =
        e.getContext() == null || e.getContext().isBlank() ? "" : firstLine(e.getContext()) + ", ";
    return refusal.at(position, LogSafe.of(context + problem), "Correct the YAML", e);
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("").strip().replaceFirst("\\.$", "");
  }

  /** Refuses, event by event, what a pipeline file has no use for. For one file and one thread. */
  private static final class SafeEvents {
    private final FileRefusal refusal;
    private int depth;
    private int documents;
    private int aliases;

    SafeEvents(FileRefusal refusal) {
      this.refusal = refusal;
    }

    void accept(Event event) {
      switch (event.getEventId()) {
        case DocumentStart -> {
          documents++;
          require(documents == 1, event, "a second document begins here", "Keep one");
        }
        case SequenceStart, MappingStart -> {
          depth++;
          require(depth <= DEEPEST, event, "it is nested deeper than any stage", "Correct it");
          refuseTag(event, ((CollectionStartEvent) event).getTag());
        }
        case SequenceEnd, MappingEnd -> depth--;
        case Scalar -> refuseTag(event, ((ScalarEvent) event).getTag());
        case Alias -> {
          aliases++;
          require(
              aliases <= MOST_ALIASES,
              event,
              "there are more than " + MOST_ALIASES + " aliases",
              "Write out what they stand for");
        }
        default -> {}
      }
    }

    private void refuseTag(Event event, Optional<String> tag) {
      require(
          tag.isEmpty(),
          event,
          "it has the tag " + LogSafe.quoted(tag.orElse("")) + ", and tags mean nothing here",
          "Remove the tag");
    }

    private void require(boolean allowed, Event event, String why, String remedy) {
      if (!allowed) {
        throw refusal.at(FilePosition.of(event.getStartMark()), why, remedy);
      }
    }
  }
}
