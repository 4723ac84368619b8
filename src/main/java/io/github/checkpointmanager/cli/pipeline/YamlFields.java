package io.github.checkpointmanager.cli.pipeline;

import static io.github.checkpointmanager.cli.pipeline.FileRefusal.quoted;

import io.github.checkpointmanager.cli.pipeline.FileRefusal.FilePosition;
import java.util.ArrayList;
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
  /** A key's position and its value. */
  private record Field(FilePosition position, Node value) {}

  /** A value of the file, as it is written there, and its position. */
  record Text(String value, FilePosition position) {}

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
    for (NodeTuple entry : mapping.getValue()) {
      fields.add(entry);
    }
    return fields;
  }

  private void add(NodeTuple entry) {
    Text key = scalar(entry.getKeyNode(), "a key of " + owner);
    Field before = fields.put(key.value(), new Field(key.position(), entry.getValueNode()));
    if (before != null) {
      throw refusal.at(
          key.position(),
          owner + " has the key " + quoted(key.value()) + " twice, first at " + before.position(),
          "Remove one of them");
    }
  }

  /**
   * @throws PipelineFileException there is a key that is not one of these; the nearest is named
   */
  YamlFields allowing(Collection<String> known) {
    fields.forEach(
        (key, field) -> {
          if (!known.contains(key)) {
            throw refusal.unknown(
                field.position(), "unknown key " + quoted(key) + " of " + owner, key, known, "key");
          }
        });
    return this;
  }

  Collection<String> keys() {
    return fields.keySet();
  }

  FilePosition position(String key) {
    Field field = fields.get(key);
    return field == null ? FilePosition.START : field.position();
  }

  Optional<Node> node(String key) {
    return Optional.ofNullable(fields.get(key)).map(Field::value);
  }

  /** One text. */
  Optional<Text> text(String key) {
    return node(key).map(value -> scalar(value, described(key)));
  }

  /** One text, or a list of texts. */
  List<Text> texts(String key) {
    Optional<Node> node = node(key);
    if (node.isPresent() && node.get() instanceof SequenceNode sequence) {
      List<Text> texts = new ArrayList<>();
      for (Node element : sequence.getValue()) {
        texts.add(scalar(element, "an element of " + described(key)));
      }
      return texts;
    }
    return text(key).stream().toList();
  }

  /** Texts under keys. */
  Map<Text, Text> map(String key) {
    Map<Text, Text> map = new LinkedHashMap<>();
    node(key)
        .ifPresent(
            node -> {
              YamlFields inner = of(node, described(key), refusal);
              inner
                  .keys()
                  .forEach(
                      name ->
                          map.put(
                              new Text(name, inner.position(name)),
                              inner.text(name).orElseThrow()));
            });
    return map;
  }

  String described(String key) {
    return quoted(key) + " of " + owner;
  }

  private Text scalar(Node node, String what) {
    if (!(node instanceof ScalarNode scalar)) {
      throw refusal.at(
          FilePosition.of(node),
          what + " is " + kind(node) + " instead of a text",
          "Write one text");
    }
    if (scalar.getTag().equals(Tag.NULL)) {
      throw refusal.at(
          FilePosition.of(node),
          what + " has no value",
          "Give it one, '' if it shall be empty, or remove it");
    }
    if (scalar.getValue().indexOf('\0') >= 0) {
      throw refusal.at(
          FilePosition.of(node), what + " holds the character U+0000", "Remove that character");
    }
    return new Text(scalar.getValue(), FilePosition.of(node));
  }

  private static String kind(Node node) {
    return switch (node.getNodeType()) {
      case SEQUENCE -> "a list";
      case MAPPING -> "a mapping";
      default -> node.getTag().equals(Tag.NULL) ? "empty" : "a text";
    };
  }
}
