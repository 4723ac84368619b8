package io.github.checkpointmanager.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code docs/CLI.md} says of JSON documents, and whether documents agree: each object has
 * exactly the fields of its table, each value has the type there, and is null only where the table
 * says so. Remembers which fields had a value, and which were null.
 */
final class DocumentedJson {
  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z|[A-Z]+_AT(_\\d+)?|UNTIL");
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}|WRITE_ID(_\\d+)?");

  private final Map<String, Map<String, String>> tables = new TreeMap<>();
  private final Map<String, CliPage.Section> documents;
  private final Set<String> unseen = new TreeSet<>();
  private final List<String> faults = new ArrayList<>();

  DocumentedJson(CliPage page) {
    documents = page.documents();
    page.objects().forEach((name, section) -> tables.put(name, fields(name, section)));
    documents.forEach(
        (name, section) -> tables.put("`" + name + "`", fields("`" + name + "`", section)));
  }

  /** From the path of a field to its type. */
  private Map<String, String> fields(String table, CliPage.Section section) {
    Map<String, String> fields = new LinkedHashMap<>();
    if (section.tables().isEmpty()) {
      return fields;
    }
    for (List<String> row : section.onlyTable()) {
      if (row.get(0).startsWith("fields of ")) {
        String shared = CliPage.code(row.get(0)).get(0);
        table(shared).forEach((f, type) -> fields.put(f, orNull(type, row.get(1))));
      } else {
        String field = CliPage.code(row.get(0)).get(0);
        fields.put(field, row.get(1));
        unseen.add("a value of " + table + " " + field);
        if (row.get(1).endsWith(" or null")) {
          unseen.add("null of " + table + " " + field);
        }
      }
    }
    return fields;
  }

  private static String orNull(String type, String addition) {
    return type.endsWith(" or null") ? type : type + " " + addition;
  }

  /** The documents that are described, by the name of the folder of their golden files. */
  Map<String, String> folders() {
    Map<String, String> folders = new TreeMap<>();
    documents.keySet().forEach(name -> folders.put(name.replaceAll("[^a-z]+", "-"), name));
    return folders;
  }

  private Map<String, String> table(String name) {
    return Objects.requireNonNull(tables.get(name), name);
  }

  /** Compares a document with the page. */
  void check(String name, JsonNode document) {
    String text = Objects.requireNonNull(documents.get(name), name).text();
    if (text.contains("The document is one `")) {
      value(
          name, CliPage.code(text.substring(text.indexOf("The document is one"))).get(0), document);
    } else if (text.contains("\nAn array")) {
      value(name, "array of `" + name + "`", document);
    } else {
      value(name, "`" + name + "`", document);
    }
  }

  /** What did not agree so far, and what no document has shown. */
  List<String> faults() {
    return Stream.concat(faults.stream(), unseen.stream().map(what -> "no golden file has " + what))
        .toList();
  }

  private void value(String where, String type, JsonNode value) {
    if (type.endsWith(" or null")) {
      if (!value.isNull()) {
        value(where, type.substring(0, type.length() - " or null".length()), value);
      }
    } else if (value.isNull()) {
      faults.add(where + " is null");
    } else if (type.startsWith("array of ")) {
      expect(where, type, value, value.isArray());
      value.forEach(one -> value(where, type.substring("array of ".length()), one));
    } else if (type.startsWith("`\"")) {
      expect(where, type, value, CliPage.code(type).contains(value.toString()));
    } else if (tables.containsKey(type)) {
      object(where, type, "", value);
    } else {
      expect(where, type, value, isPlain(type, value));
    }
  }

  private static boolean isPlain(String type, JsonNode value) {
    return switch (type) {
      case "string" -> value.isTextual();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      case "time" -> value.isTextual() && TIME.matcher(value.asText()).matches();
      case "id" -> value.isTextual() && ID.matcher(value.asText()).matches();
      case "object of strings" -> value.isObject() && all(value, JsonNode::isTextual);
      default -> throw new IllegalArgumentException("docs/CLI.md has the type " + type);
    };
  }

  private static boolean all(JsonNode values, Predicate<JsonNode> condition) {
    boolean all = true;
    for (JsonNode value : values) {
      all &= condition.test(value);
    }
    return all;
  }

  private void expect(String where, String type, JsonNode value, boolean condition) {
    if (!condition) {
      faults.add(where + " is " + value + ", not " + type);
    }
  }

  /**
   * @param prefix of the fields within the table: of an object that is described there too
   */
  private void object(String where, String table, String prefix, JsonNode object) {
    Map<String, List<String>> documented = new LinkedHashMap<>();
    for (String path : table(table).keySet()) {
      if (path.startsWith(prefix)) {
        String field = path.substring(prefix.length()).replaceAll("[.\\[].*", "");
        documented.computeIfAbsent(field, f -> new ArrayList<>()).add(path);
      }
    }
    Set<String> actual = new TreeSet<>();
    object.fieldNames().forEachRemaining(actual::add);
    if (!object.isObject() || !actual.equals(new TreeSet<>(documented.keySet()))) {
      faults.add(where + " has the fields " + actual + ", not " + documented.keySet());
      return;
    }
    documented.forEach(
        (field, paths) -> field(where + "." + field, table, prefix + field, object.get(field)));
  }

  private void field(String where, String table, String path, JsonNode value) {
    String type = table(table).get(path);
    if (type != null) {
      unseen.remove((value.isNull() ? "null" : "a value") + " of " + table + " " + path);
      value(where, type, value);
    } else if (value.isArray()) {
      value.forEach(one -> object(where, table, path + "[].", one));
    } else if (!value.isNull()) {
      object(where, table, path + ".", value);
    }
  }
}
