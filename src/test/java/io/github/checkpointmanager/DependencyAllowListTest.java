package io.github.checkpointmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * What the library forces on its users: any dependency that we use, they get too. The build writes
 * the resolved tree before the tests run.
 */
class DependencyAllowListTest {
  private static final Path TREE = Path.of("target/dependency-tree.txt");

  /** Indent in steps of three, then group:artifact:type:version:scope and remarks. */
  private static final Pattern NODE =
      Pattern.compile("((?:[|+\\\\ ][ -] )*)\\(?([^: ]+:[^: ]+):.*");

  @Test
  void mandatoryDependencies_areExactlyThese() throws Exception {
    assertThat(mandatory())
        .containsExactlyInAnyOrder(
            "org.slf4j:slf4j-api",
            "org.jspecify:jspecify",
            "software.amazon.awssdk:s3",
            "software.amazon.awssdk:url-connection-client",
            // What s3 is made of.
            "org.reactivestreams:reactive-streams",
            "software.amazon.awssdk:annotations",
            "software.amazon.awssdk:arns",
            "software.amazon.awssdk:auth",
            "software.amazon.awssdk:aws-core",
            "software.amazon.awssdk:aws-query-protocol",
            "software.amazon.awssdk:aws-xml-protocol",
            "software.amazon.awssdk:checksums",
            "software.amazon.awssdk:checksums-spi",
            "software.amazon.awssdk:crt-core",
            "software.amazon.awssdk:endpoints-spi",
            "software.amazon.awssdk:eventstream",
            "software.amazon.awssdk:http-auth",
            "software.amazon.awssdk:http-auth-aws",
            "software.amazon.awssdk:http-auth-aws-eventstream",
            "software.amazon.awssdk:http-auth-spi",
            "software.amazon.awssdk:http-client-spi",
            "software.amazon.awssdk:identity-spi",
            "software.amazon.awssdk:json-utils",
            "software.amazon.awssdk:metrics-spi",
            "software.amazon.awssdk:profiles",
            "software.amazon.awssdk:protocol-core",
            "software.amazon.awssdk:regions",
            "software.amazon.awssdk:retries",
            "software.amazon.awssdk:retries-spi",
            "software.amazon.awssdk:sdk-core",
            "software.amazon.awssdk:third-party-jackson-core",
            "software.amazon.awssdk:utils",
            "software.amazon.awssdk:utils-lite");
  }

  /** What the project declares for its users, and everything that is reached from there. */
  private static Set<String> mandatory() throws Exception {
    Map<String, Set<String>> children = tree();
    Set<String> reached = new TreeSet<>(declared());
    Deque<String> open = new ArrayDeque<>(reached);
    while (!open.isEmpty()) {
      for (String child : children.getOrDefault(open.pop(), Set.of())) {
        if (reached.add(child)) {
          open.push(child);
        }
      }
    }
    return reached;
  }

  /** The tree does not tell which are optional; the project file does. */
  private static List<String> declared() throws Exception {
    var project = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
    var dependencies =
        (NodeList)
            XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    "/project/dependencies/dependency[not(scope='test') and not(optional='true')]",
                    project,
                    XPathConstants.NODESET);
    return IntStream.range(0, dependencies.getLength())
        .mapToObj(i -> (Element) dependencies.item(i))
        .map(element -> text(element, "groupId") + ":" + text(element, "artifactId"))
        .toList();
  }

  private static String text(Element element, String name) {
    return element.getElementsByTagName(name).item(0).getTextContent();
  }

  private static Map<String, Set<String>> tree() throws IOException {
    Map<String, Set<String>> children = new HashMap<>();
    Deque<String> path = new ArrayDeque<>();
    for (String line : Files.readAllLines(TREE)) {
      Matcher node = NODE.matcher(line);
      assertThat(node.matches()).as(line).isTrue();
      int depth = node.group(1).length() / 3;
      while (path.size() > depth) {
        path.pop();
      }
      String artifact = node.group(2);
      if (!path.isEmpty()) {
        children.computeIfAbsent(path.peek(), parent -> new TreeSet<>()).add(artifact);
      }
      path.push(artifact);
    }
    return children;
  }
}
