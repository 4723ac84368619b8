package io.github.checkpointmanager.cli.pipeline;

import java.util.Optional;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** Refuses, event by event, what a pipeline file has no use for. For one file and one thread. */
final class SafeEvents {
  static final int MOST_ALIASES = 100;
  private static final int DEEPEST = 20;

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
        "it has the tag " + FileRefusal.quoted(tag.orElse("")) + ", and tags mean nothing here",
        "Remove the tag");
  }

  private void require(boolean allowed, Event event, String why, String remedy) {
    if (!allowed) {
      throw refusal.at(FilePosition.of(event.getStartMark()), why, remedy);
    }
  }
}
