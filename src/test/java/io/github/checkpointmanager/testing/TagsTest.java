package io.github.checkpointmanager.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAnnotation;
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
import org.junit.jupiter.api.condition.DisabledForJreRange;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** Neither always, nor on some machine, version of Java, or day. */
  @Test
  void tests_areNotDisabled() {
    DescribedPredicate<JavaAnnotation<?>> skip =
        DescribedPredicate.describe("skips", found -> skips(found.getRawType().getName()));

    assertThat(TESTS).filteredOn(type -> type.isMetaAnnotatedWith(skip)).isEmpty();
    assertThat(TESTS)
        .flatMap(JavaClass::getMethods)
        .filteredOn(method -> method.isMetaAnnotatedWith(skip))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Disabled.class,
        DisabledForJreRange.class,
        DisabledIfEnvironmentVariable.class,
        DisabledOnOs.class,
        EnabledIf.class,
        EnabledIfSystemProperty.class,
        EnabledOnJre.class
      })
  void annotationsThatSkip_areKnown(Class<?> annotation) {
    assertThat(skips(annotation.getName())).isTrue();
  }

  /** {@code @Disabled}, of any engine, and JUnit's conditions. */
  private static boolean skips(String annotation) {
    return annotation.endsWith(".Disabled")
        || annotation.startsWith(DisabledOnOs.class.getPackageName() + ".");
  }

  /** Each of these can skip a test. */
  @Test
  void tests_assumeNothing() {
    Set<String> skipping = Set.of("Assumptions", "TestAbortedException", "ExecutionCondition");

    assertThat(TESTS)
        .flatMap(JavaClass::getDirectDependenciesFromSelf)
        .filteredOn(use -> skipping.contains(use.getTargetClass().getSimpleName()))
        .isEmpty();
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
