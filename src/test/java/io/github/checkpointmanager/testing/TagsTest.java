package io.github.checkpointmanager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The tags by which the build counts, and that no test is skipped. */
class TagsTest {
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(location -> location.contains("/test-classes/"))
          .importPackages("io.github.checkpointmanager");

  /** The build compares, by this tag, the runs with and without Docker. */
  @Test
  void testsThatUseTheServer_areTaggedS3() {
    List<JavaClass> users =
        dependents(TESTS.get(LocalStack.class)).stream()
            .filter(TagsTest::isTest)
            .filter(type -> !type.isEquivalentTo(TagsTest.class))
            .toList();

    assertThat(users).isNotEmpty().allMatch(type -> tags(type).contains("s3"));
  }

  @Test
  void tests_areNotDisabled() {
    assertThat(TESTS)
        .noneMatch(type -> type.isAnnotatedWith(Disabled.class))
        .flatMap(JavaClass::getMethods)
        .noneMatch(method -> method.isAnnotatedWith(Disabled.class));
  }

  /** An assumption that does not hold skips; jqwik's only draw another example. */
  @Test
  void tests_assumeNothing() {
    assertThat(TESTS)
        .noneMatch(
            type ->
                type.getDirectDependenciesFromSelf().stream()
                    .anyMatch(use -> use.getTargetClass().getSimpleName().equals("Assumptions")));
  }

  /** All test sources that use a class, through others too. */
  private static Set<JavaClass> dependents(JavaClass used) {
    Set<JavaClass> found = new HashSet<>(Set.of(used));
    while (found.addAll(TESTS.stream().filter(type -> usesAny(type, found)).toList())) {
      // Until nothing is added.
    }
    return found;
  }

  private static boolean usesAny(JavaClass type, Set<JavaClass> used) {
    return type.getDirectDependenciesFromSelf().stream()
        .anyMatch(use -> used.contains(use.getTargetClass()));
  }

  private static boolean isTest(JavaClass type) {
    String name = type.getSimpleName();
    return type.isTopLevelClass() && (name.endsWith("Test") || name.endsWith("IT"));
  }

  private static List<String> tags(JavaClass type) {
    return Arrays.stream(type.reflect().getAnnotationsByType(Tag.class)).map(Tag::value).toList();
  }
}
