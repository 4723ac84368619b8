package io.github.checkpointmanager.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The templates in {@code infra/}: what they refer to is declared, both grant the same actions, and
 * {@code infra/README.md} names these. {@code .ci/infra} checks their syntax and schemas.
 */
class InfraTest {
  private static final Pattern SUBSTITUTED = Pattern.compile("\\$\\{([^}]+)}");
  private static final Pattern ACTION = Pattern.compile("\\b(?:s3|kms):[A-Za-z]+");
  private static final Pattern DECLARED_BLOCK =
      Pattern.compile(
          "(?m)^(resource|data|variable|output) \"([a-z_0-9]+)\"(?: \"([a-z_0-9]+)\")? \\{");
  private static final Pattern REFERENCE =
      Pattern.compile(
          "\\b(?:(var|local|data)\\.)([a-z_0-9]+)(?:\\.([a-z_0-9]+))?|\\b(aws_[a-z_0-9]+)\\.([a-z_0-9]+)");

  private static MappingNode stack;
  private static String terraform = "";

  @BeforeAll
  static void read() throws IOException {
    String text = Files.readString(Path.of("infra/cloudformation/checkpoints.yaml"));
    stack =
        (MappingNode) new Compose(LoadSettings.builder().build()).composeString(text).orElseThrow();
    try (Stream<Path> files = Files.list(Path.of("infra/terraform"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".tf")).sorted().toList()) {
        terraform += Files.readString(file);
      }
    }
  }

  private static Map<String, Node> entries(Node node) {
    Map<String, Node> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : ((MappingNode) node).getValue()) {
      entries.put(((ScalarNode) tuple.getKeyNode()).getValue(), tuple.getValueNode());
    }
    return entries;
  }

  private static Node at(Node node, String... path) {
    Node found = node;
    for (String key : path) {
      found = Objects.requireNonNull(entries(found).get(key), key);
    }
    return found;
  }

  private static String text(Node node) {
    return ((ScalarNode) node).getValue();
  }

  /** Every node below one, itself included. */
  private static void walk(Node node, Consumer<Node> visitor) {
    visitor.accept(node);
    if (node instanceof MappingNode) {
      entries(node).values().forEach(below -> walk(below, visitor));
    } else if (node instanceof SequenceNode sequence) {
      sequence.getValue().forEach(below -> walk(below, visitor));
    }
  }

  private static Set<String> names(String section) {
    return entries(at(stack, section)).keySet();
  }

  @Test
  void cloudFormation_refersToWhatItDeclares() {
    Set<String> values = new TreeSet<>(names("Parameters"));
    values.addAll(names("Resources"));
    List<String> references = new ArrayList<>();
    List<String> attributes = new ArrayList<>();
    walk(
        stack,
        node -> {
          switch (node.getTag().getValue()) {
            case "!Ref" -> references.add(text(node));
            case "!GetAtt" -> attributes.add(text(node));
            case "!Sub" ->
                SUBSTITUTED
                    .matcher(text(node))
                    .results()
                    .map(m -> m.group(1))
                    .forEach(name -> (name.contains(".") ? attributes : references).add(name));
            default -> {}
          }
        });

    assertThat(references)
        .isNotEmpty()
        .allMatch(r -> r.equals("AWS::NoValue") || values.contains(r));
    assertThat(attributes).containsOnly("Bucket.Arn");
    assertThat(text(at(stack, "Resources", "Bucket", "Type"))).isEqualTo("AWS::S3::Bucket");
    assertThat(names("Parameters"))
        .as("every parameter is used")
        .allMatch(p -> references.contains(p));
  }

  @Test
  void cloudFormation_usesTheConditionsThatItDeclares() {
    Set<String> used = new TreeSet<>();
    walk(
        stack,
        node -> {
          if (node.getTag().getValue().equals("!If")) {
            List<Node> arguments = ((SequenceNode) node).getValue();
            assertThat(arguments).hasSize(3);
            used.add(text(arguments.get(0)));
          }
        });

    assertThat(used).isEqualTo(names("Conditions"));
  }

  @Test
  void terraform_refersToWhatItDeclares() {
    Set<String> declared = new TreeSet<>(Set.of("local.objects", "local.kms"));
    DECLARED_BLOCK.matcher(terraform).results().map(InfraTest::declared).forEach(declared::add);
    Set<String> used =
        REFERENCE
            .matcher(terraform)
            .results()
            .map(InfraTest::reference)
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(declared).contains("var.bucket", "data.aws_iam_policy_document.reader");
    assertThat(used).hasSizeGreaterThan(10).isSubsetOf(declared);
    assertThat(used).containsAll(declared.stream().filter(d -> d.startsWith("var.")).toList());
  }

  private static String declared(MatchResult block) {
    return switch (block.group(1)) {
      case "variable" -> "var." + block.group(2);
      case "data" -> "data." + block.group(2) + "." + block.group(3);
      case "output" -> "output." + block.group(2);
      default -> block.group(2) + "." + block.group(3);
    };
  }

  private static String reference(MatchResult match) {
    if (match.group(4) != null) {
      return match.group(4) + "." + match.group(5);
    }
    return match.group(1).equals("data")
        ? "data." + match.group(2) + "." + match.group(3)
        : match.group(1) + "." + match.group(2);
  }

  private static Set<String> actions(String text) {
    return ACTION
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> ofStack(String policy) {
    StringBuilder actions = new StringBuilder();
    walk(
        at(stack, "Resources", policy, "Properties", "PolicyDocument"),
        node -> {
          if (node instanceof ScalarNode) {
            actions.append(text(node)).append('\n');
          }
        });
    return actions(actions.toString());
  }

  private static Set<String> ofTerraform(String policy) {
    String block =
        terraform.substring(terraform.indexOf("\"aws_iam_policy_document\" \"" + policy + '"'));
    return actions(block.substring(0, block.indexOf("\n}\n")));
  }

  @Test
  void policies_areTheSameInBothTemplates() {
    assertThat(ofStack("ReaderPolicy")).hasSizeGreaterThan(5).isEqualTo(ofTerraform("reader"));
    assertThat(ofStack("WriterPolicy")).hasSizeGreaterThan(3).isEqualTo(ofTerraform("writer"));
  }

  /** A purge needs more than the two policies, as the page says. */
  @Test
  void readme_namesTheActionsOfThePolicies() throws IOException {
    Set<String> granted = new TreeSet<>(ofStack("ReaderPolicy"));
    granted.addAll(ofStack("WriterPolicy"));
    assertThat(granted).doesNotContain("s3:DeleteObjectVersion");
    granted.add("s3:DeleteObjectVersion");

    assertThat(actions(Files.readString(Path.of("infra/README.md")))).isEqualTo(granted);
  }

  /** A checkpoint that expires makes its stage run again. */
  @Test
  void lifecycle_expiresNoCurrentCheckpoint() {
    walk(
        at(stack, "Resources", "Bucket", "Properties", "LifecycleConfiguration"),
        node -> {
          if (node instanceof MappingNode) {
            assertThat(entries(node).keySet())
                .doesNotContain("ExpirationInDays", "ExpirationDate", "Transitions");
          }
        });
    String rules =
        terraform.substring(terraform.indexOf("\"aws_s3_bucket_lifecycle_configuration\""));
    rules = rules.substring(0, rules.indexOf("\n}\n"));

    assertThat(rules)
        .contains("expired_object_delete_marker = true")
        .doesNotContainPattern("(?m)^ *(days|date|transition) ");
  }

  @Test
  void bucket_isVersionedPrivateAndKept() {
    Node bucket = at(stack, "Resources", "Bucket");

    assertThat(text(at(bucket, "DeletionPolicy"))).isEqualTo("Retain");
    assertThat(text(at(bucket, "UpdateReplacePolicy"))).isEqualTo("Retain");
    assertThat(text(at(bucket, "Properties", "VersioningConfiguration", "Status")))
        .isEqualTo("Enabled");
    assertThat(entries(at(bucket, "Properties", "PublicAccessBlockConfiguration")).values())
        .hasSize(4)
        .allMatch(value -> text(value).equals("true"));
    assertThat(terraform)
        .containsPattern("versioning_configuration \\{\\s+status = \"Enabled\"")
        .containsPattern("block_public_acls +\\= true")
        .doesNotContain("force_destroy");
  }
}
