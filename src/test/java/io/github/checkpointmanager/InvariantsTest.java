package io.github.checkpointmanager;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestTemplate;

/**
 * What {@code docs/INVARIANTS.md} says about tests is so: each is a test, runs in {@code mvn
 * verify} unless it is listed as extended, and a mutation shows for each invariant that they
 * notice. {@code TagsTest} shows that no test is disabled.
 */
class InvariantsTest {
  private static final Path SOURCES = Path.of("src/test/java");
  private static final Pattern HEADING = Pattern.compile("(?m)^## (\\d+)\\. ");
  private static final Pattern END =
      Pattern.compile("\n\nEnforced by: (.+)\n(?:\nAlso, by extended tests: (.+)\n)?\\s*$");
  private static final Pattern NAMED =
      Pattern.compile("`([A-Z]\\w*(?:Test|IT|Contract))(?:\\.(\\w+))?`");
  private static final Pattern MUTATION =
      Pattern.compile("# (?:Invariant (\\d+): )?.*\n# tests: (.+)\n");

  /** All test classes and contracts by their names, which the project has once each. */
  private static final Map<String, Class<?>> TYPES = types();

  private final String document = Files.readString(Path.of("docs/INVARIANTS.md"), UTF_8);

  InvariantsTest() throws IOException {}

  /** A test class, or one of its methods. */
  private record Named(Class<?> type, Optional<String> method) {
    static Named of(String type, Optional<String> method) {
      return new Named(
          Objects.requireNonNull(TYPES.get(type), () -> type + " does not exist"), method);
    }

    static List<Named> in(String text) {
      return NAMED
          .matcher(text)
          .results()
          .map(found -> of(found.group(1), Optional.ofNullable(found.group(2))))
          .toList();
    }

    /** The tests that it names, each with the class that runs it; a contract has several. */
    List<Execution> executions() {
      return TYPES.values().stream()
          .filter(candidate -> type.isAssignableFrom(candidate))
          .filter(candidate -> !Modifier.isAbstract(candidate.getModifiers()))
          .flatMap(candidate -> tests(candidate).map(test -> new Execution(candidate, test)))
          .filter(execution -> method.isEmpty() || method.get().equals(execution.test().getName()))
          .toList();
    }

    boolean includes(Named other) {
      return other.executions().stream().anyMatch(executions()::contains);
    }

    @Override
    public String toString() {
      return type.getSimpleName() + method.map(name -> "." + name).orElse("");
    }
  }

  /** One test as JUnit runs it. */
  private record Execution(Class<?> type, Method test) {
    boolean isExtended() {
      return isTaggedExtended(type) || isTaggedExtended(test);
    }

    private static boolean isTaggedExtended(AnnotatedElement element) {
      return Arrays.stream(element.getAnnotationsByType(Tag.class))
          .anyMatch(tag -> tag.value().equals("extended"));
    }
  }

  /** A patch that breaks an invariant, or something else that has no number. */
  private record Mutation(String name, Optional<Integer> invariant, List<Named> tests) {
    static Mutation read(Path file) throws IOException {
      Matcher head = MUTATION.matcher(Files.readString(file, UTF_8));
      assertThat(head.lookingAt()).as("the head of %s", file).isTrue();
      return new Mutation(
          file.getFileName().toString(),
          Optional.ofNullable(head.group(1)).map(Integer::valueOf),
          Stream.of(head.group(2).split(","))
              .map(test -> test.strip().split("#", 2))
              .map(
                  test ->
                      Named.of(test[0], test.length == 1 ? Optional.empty() : Optional.of(test[1])))
              .toList());
    }

    static List<Mutation> all() throws IOException {
      List<Mutation> all = new ArrayList<>();
      try (Stream<Path> files = Files.list(Path.of("src/test/mutations"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".patch")).toList()) {
          all.add(read(file));
        }
      }
      return all;
    }
  }

  private static Map<String, Class<?>> types() {
    try (Stream<Path> tree = Files.walk(SOURCES)) {
      return tree.filter(path -> path.toString().matches(".*(Test|IT|Contract)\\.java"))
          .map(InvariantsTest::load)
          .collect(toMap(Class::getSimpleName, type -> type));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Class<?> load(Path source) {
    String name = SOURCES.relativize(source).toString().replace('/', '.').replace(".java", "");
    try {
      return Class.forName(name, false, InvariantsTest.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** The methods that JUnit runs, inherited ones too. */
  private static Stream<Method> tests(Class<?> type) {
    return Stream.<Class<?>>iterate(type, each -> each != null, Class::getSuperclass)
        .flatMap(each -> Stream.of(each.getDeclaredMethods()))
        .filter(method -> !Modifier.isPrivate(method.getModifiers()))
        .filter(method -> !Modifier.isStatic(method.getModifiers()))
        .filter(method -> Stream.of(method.getAnnotations()).anyMatch(InvariantsTest::makesATest));
  }

  /** As {@code @ParameterizedTest} and {@code @RepeatedTest} do, which are templates. */
  private static boolean makesATest(Annotation annotation) {
    Class<? extends Annotation> type = annotation.annotationType();
    return Stream.of(Test.class, TestFactory.class, TestTemplate.class)
        .anyMatch(one -> type.equals(one) || type.isAnnotationPresent(one));
  }

  private List<String> sections() {
    return Stream.of(HEADING.split(document)).skip(1).toList();
  }

  /** What enforces an invariant, in {@code mvn verify} or in the extended tests. */
  private static List<Named> enforcing(String section, boolean extended) {
    Matcher end = END.matcher(section);
    assertThat(end.find()).as("the end of: %s", section).isTrue();
    return Named.in(Optional.ofNullable(end.group(extended ? 2 : 1)).orElse(""));
  }

  @Test
  void invariants_areNumbered_andEachEndsWithWhatEnforcesIt() {
    List<Integer> numbers =
        HEADING
            .matcher(document)
            .results()
            .map((MatchResult found) -> Integer.valueOf(found.group(1)))
            .toList();

    assertThat(numbers)
        .hasSizeGreaterThanOrEqualTo(15)
        .isEqualTo(IntStream.rangeClosed(1, numbers.size()).boxed().toList());
    assertThat(sections())
        .allSatisfy(section -> assertThat(enforcing(section, false)).isNotEmpty());
  }

  @Test
  void everyTestNamed_runsInTheBuildOfEachChange() {
    for (String section : sections()) {
      assertThat(enforcing(section, false))
          .allSatisfy(
              named ->
                  assertThat(named.executions())
                      .as("tests of %s that are not tagged extended", named)
                      .anyMatch(not(Execution::isExtended)));
    }
  }

  @Test
  void everyExtendedTestNamed_runsOnlyInTheExtendedTests() {
    Predicate<Execution> isExtended = Execution::isExtended;
    for (String section : sections()) {
      assertThat(enforcing(section, true))
          .allSatisfy(
              named ->
                  assertThat(named.executions())
                      .as("tests of %s", named)
                      .isNotEmpty()
                      .allMatch(isExtended));
    }
    assertThat(sections()).as("some are").anyMatch(section -> !enforcing(section, true).isEmpty());
  }

  @Test
  void everyTestThatAMutationNames_runsInTheBuildOfEachChange() throws IOException {
    for (Mutation mutation : Mutation.all()) {
      assertThat(mutation.tests())
          .allSatisfy(
              named ->
                  assertThat(named.executions())
                      .as("tests of %s in %s", named, mutation.name())
                      .isNotEmpty()
                      .noneMatch(Execution::isExtended));
    }
  }

  @Test
  void everyInvariant_hasAMutationThatOneOfItsTestsNotices() throws IOException {
    Map<Optional<Integer>, List<Mutation>> mutations =
        Mutation.all().stream().collect(groupingBy(Mutation::invariant));
    List<String> sections = sections();

    for (int number = 1; number <= sections.size(); number++) {
      List<Named> enforcing = enforcing(sections.get(number - 1), false);
      assertThat(mutations.getOrDefault(Optional.of(number), List.of()))
          .as("mutations that break invariant %s", number)
          .isNotEmpty()
          .as("mutations that a test named by invariant %s notices", number)
          .anyMatch(
              mutation ->
                  mutation.tests().stream()
                      .anyMatch(test -> enforcing.stream().anyMatch(one -> one.includes(test))));
    }
    assertThat(mutations.keySet().stream().flatMap(Optional::stream))
        .as("numbers of invariants")
        .allMatch(number -> number >= 1 && number <= sections.size());
  }
}
