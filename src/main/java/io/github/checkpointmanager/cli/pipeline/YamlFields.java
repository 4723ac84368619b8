package io.github.checkpointmanager.cli.pipeline;

import static io.github.checkpointmanager.internal.record.LogSafe.quoted;

import io.github.checkpointmanager.cli.pipeline.FileRefusal.FilePosition;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The keys of one mapping, and their values as the types that are wanted. Scalars are texts as they
 * are written: {@code 1e3} stays that. For one thread.
 */
final class YamlFields {
  /** A key and its value. */
  record Field(WrittenText key, Node value) {}

  /** A text as it is written in the file, and its position. */
  record WrittenText(String value, FilePosition position) {}

  private final String owner;
  private final FileRefusal refusal;
  private final Map<String, Field> fields = new LinkedHashMap<>();

  private YamlFields(String owner, FileRefusal refusal) {
    this.owner = owner;
    this.refusal = refusal;
  }

  /**
   * @param owner whose keys they are, as messages have it: {@code stage 'clean'}
   * @throws PipelineFileException it is no mapping, or a key is there twice
   */
  static YamlFields of(Node node, String owner, FileRefusal refusal) {
    YamlFields fields = new YamlFields(owner, refusal);
    if (!(node instanceof MappingNode mapping)) {
      throw refusal.at(
          FilePosition.of(node),
          owner + " is " + kind(node) + " instead of keys with values",
          "Write it as 'key: value' lines");
    }
    mapping.getValue().forEach(fields::add);
    return fields;
  }

  private void add(NodeTuple entry) {
    WrittenText key = scalar(entry.getKeyNode(), "a key of " + owner);
    Field before = fields.put(key.value(), new Field(key, entry.getValueNode()));
    if (before != null) {
      FilePosition first = before.key().position();
      throw refusal.at(
          key.position(),
          owner + " has the key " + quoted(key.value()) + " twice, first at " + first,
          "Remove one of them");
    }
  }

  /**
   * @throws PipelineFileException there is a key that is not one of these; the nearest is named
   */
  YamlFields allowing(Collection<String> known) {
    for (Field field : fields.values()) {
      WrittenText key = field.key();
      if (!known.contains(key.value())) {
        throw refusal.unknown(
            key, "unknown key " + quoted(key.value()) + " of " + owner, known, "key");
      }
    }
    return this;
  }

  Collection<Field> all() {
    return fields.values();
  }

  Optional<Node> node(String key) {
    return Optional.ofNullable(fields.get(key)).map(Field::value);
  }

  /** One text. */
  Optional<WrittenText> text(String key) {
    return node(key).map(value -> scalar(value, described(key)));
  }

  Optional<String> value(String key) {
    return text(key).map(WrittenText::value);
  }

  /** One text, or a list of texts. */
  List<WrittenText> texts(String key) {
    if (node(key).orElse(null) instanceof SequenceNode sequence) {
      String what = "an element of " + described(key);
      return sequence.getValue().stream().map(element -> scalar(element, what)).toList();
    }
    return text(key).stream().toList();
  }

  /** Texts under keys. */
  Map<WrittenText, String> map(String key) {
    Map<WrittenText, String> map = new LinkedHashMap<>();
    if (fields.containsKey(key)) {
      YamlFields inner = of(node(key).orElseThrow(), described(key), refusal);
      for (Field field : inner.all()) {
        String what = inner.described(field.key().value());
        map.put(field.key(), inner.scalar(field.value(), what).value());
      }
    }
    return map;
  }

  String described(String key) {
    return quoted(key) + " of " + owner;
  }

  private WrittenText scalar(Node node, String what) {
    FilePosition position = FilePosition.of(node);
    if (!(node instanceof ScalarNode scalar)) {
      throw refusal.at(
          position, what + " is " + kind(node) + " instead of a text", "Write one text");
    }
    if (scalar.getTag().equals(Tag.NULL)) {
      throw refusal.at(
          position, what + " has no value", "Give it one, '' if it shall be empty, or remove it");
    }
    if (scalar.getValue().indexOf('\0') >= 0) {
      throw refusal.at(position, what + " holds the character U+0000", "Remove that character");
    }
    return new WrittenText(scalar.getValue(), position);
  }

  private static String kind(Node node) {
    return switch (node.getNodeType()) {
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      default -> node.getTag().equals(Tag.NULL) ? "empty" : "a text";
    };
  }
}
