package io.github.checkpointmanager;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceRule;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The arrows between packages, as allow-lists, and what no class may do. */
class ArchitectureTest {
  private static final String ROOT = "io.github.checkpointmanager";

  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(location -> !location.contains("/test-classes/"))
          .importPackages(ROOT);

  /** A package, and what it may use besides the JDK, JSpecify and itself. */
  private record Arrows(String from, List<String> ours, List<String> libraries) {
    static Arrows from(String from, String... ours) {
      return new Arrows(from, List.of(ours), List.of());
    }

    Arrows andLibraries(String... names) {
      return new Arrows(from, ours, List.of(names));
    }
  }

  /** A new package needs a line here. The empty name is the root package, the API. */
  private static final List<Arrows> ARROWS =
      List.of(
          Arrows.from("internal.record"),
          Arrows.from("store"),
          Arrows.from("internal.digest"),
          Arrows.from("internal.process"),
          Arrows.from("internal.memory", "store"),
          Arrows.from("store.memory", "internal.memory", "store"),
          Arrows.from(
                  "internal.file", "internal.digest", "internal.process", "internal.time", "store")
              .andLibraries("org.slf4j"),
          Arrows.from("store.file", "internal.file", "store"),
          Arrows.from("internal.s3.client", "store")
              .andLibraries("javax.net.ssl", "software.amazon.awssdk"),
          Arrows.from(
                  "internal.s3", "internal.s3.client", "internal.process", "internal.time", "store")
              .andLibraries("javax.net.ssl", "org.slf4j", "software.amazon.awssdk"),
          Arrows.from("store.s3", "internal.s3", "internal.s3.client", "store")
              .andLibraries("software.amazon.awssdk"),
          Arrows.from("internal.time"),
          Arrows.from("internal.read", "internal.record", "internal.process", "store")
              .andLibraries("org.slf4j"),
          Arrows.from("internal.save", "internal.read", "internal.record", "internal.time", "store")
              .andLibraries("org.slf4j"),
          Arrows.from(
                  "internal.claim",
                  "internal.read",
                  "internal.record",
                  "internal.save",
                  "internal.process",
                  "internal.time",
                  "store")
              .andLibraries("org.slf4j"),
          Arrows.from(
              "internal.clear",
              "internal.claim",
              "internal.read",
              "internal.record",
              "internal.time",
              "store"),
          Arrows.from(
              "internal.restore",
              "internal.claim",
              "internal.read",
              "internal.record",
              "internal.save",
              "internal.time",
              "store"),
          Arrows.from(
              "",
              "internal.claim",
              "internal.digest",
              "internal.manager",
              "internal.process",
              "internal.record",
              "internal.time",
              "store"),
          Arrows.from(
                  "internal.manager",
                  "",
                  "internal.claim",
                  "internal.clear",
                  "internal.process",
                  "internal.read",
                  "internal.record",
                  "internal.restore",
                  "internal.save",
                  "internal.time",
                  "store")
              .andLibraries("org.slf4j"),
          Arrows.from("payload", "").andLibraries("com.fasterxml.jackson"),
          Arrows.from(
              "internal.pipeline.declaration", "", "internal.digest", "internal.record", "store"),
          Arrows.from(
              "pipeline",
              "",
              "internal.digest",
              "internal.pipeline.declaration",
              "internal.record",
              "internal.time",
              "store"),
          Arrows.from(
                  "internal.pipeline",
                  "",
                  "internal.pipeline.declaration",
                  "internal.record",
                  "internal.process",
                  "internal.time",
                  "pipeline",
                  "pipeline.rollback")
              .andLibraries("org.slf4j"),
          Arrows.from("pipeline.s3", "", "pipeline", "internal.record", "store", "store.s3")
              .andLibraries("software.amazon.awssdk"),
          Arrows.from(
              "pipeline.rollback",
              "",
              "internal.pipeline.declaration",
              "internal.process",
              "internal.record",
              "internal.time",
              "pipeline",
              "store"),
          Arrows.from("cli.demo", "", "payload").andLibraries("org.apache.commons.csv"),
          Arrows.from("cli.completion").andLibraries("picocli"),
          Arrows.from("cli.output", "", "pipeline", "pipeline.rollback", "store")
              .andLibraries("com.fasterxml.jackson"),
          Arrows.from("cli.session", "", "cli.output", "store").andLibraries("picocli"),
          Arrows.from("cli.process", "", "cli.output", "internal.process")
              .andLibraries("org.jline"),
          Arrows.from(
              "cli.run",
              "",
              "cli.output",
              "cli.process",
              "internal.process",
              "pipeline.rollback",
              "store"),
          Arrows.from(
                  "cli.pipeline",
                  "",
                  "cli.output",
                  "cli.process",
                  "cli.session",
                  "internal.digest",
                  "internal.pipeline.declaration",
                  "internal.record",
                  "internal.process",
                  "pipeline",
                  "pipeline.rollback",
                  "pipeline.s3",
                  "store")
              .andLibraries("org.snakeyaml.engine", "picocli"),
          Arrows.from(
                  "cli.command",
                  "",
                  "cli.completion",
                  "cli.demo",
                  "cli.output",
                  "cli.pipeline",
                  "cli.process",
                  "cli.run",
                  "cli.session",
                  "pipeline",
                  "pipeline.rollback",
                  "store")
              .andLibraries("me.tongfei.progressbar", "picocli"),
          Arrows.from("cli", "", "cli.command", "cli.output", "cli.session")
              .andLibraries("picocli"));

  /** A class of the API that starts the engine behind it; the engine uses the API's types. */
  private record EntryPoint(String in, String type, List<String> engines) {
    DescribedPredicate<JavaClass> is() {
      String name = pattern(in) + "." + type;
      return DescribedPredicate.describe(
          "are " + name,
          candidate ->
              candidate.getName().equals(name) || candidate.getName().startsWith(name + "$"));
    }
  }

  /** The only arrows that may close a cycle: without them the API could not be called. */
  private static final List<EntryPoint> ENTRY_POINTS =
      List.of(new EntryPoint("pipeline", "PipelineRunner", List.of("internal.pipeline")));

  @ParameterizedTest
  @FieldSource("ARROWS")
  void package_dependsOnlyOnWhatItMay(Arrows arrows) {
    List<String> allowed = new ArrayList<>(List.of("java..", "org.jspecify.."));
    allowed.add(pattern(arrows.from()));
    arrows.ours().forEach(name -> allowed.add(pattern(name)));
    arrows.libraries().forEach(name -> allowed.add(name + ".."));
    DescribedPredicate<JavaClass> others = resideInAPackage(pattern(arrows.from()));
    for (EntryPoint entry : ENTRY_POINTS) {
      if (entry.in().equals(arrows.from())) {
        others = others.and(not(entry.is()));
        List<String> more = new ArrayList<>(allowed);
        entry.engines().forEach(name -> more.add(pattern(name)));
        dependOnlyOn(entry.is(), more);
      }
    }

    dependOnlyOn(others, allowed);
  }

  private static void dependOnlyOn(DescribedPredicate<JavaClass> some, List<String> packages) {
    holds(
        classes()
            .that(some)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(packages.toArray(String[]::new))));
  }

  @Test
  void everyPackage_hasItsArrows() {
    assertThat(MAIN)
        .allMatch(
            type ->
                ARROWS.stream()
                    .anyMatch(arrows -> resideInAnyPackage(pattern(arrows.from())).test(type)));
  }

  /**
   * The root package is no slice: {@code CheckpointManager} opens what implements it, in {@code
   * internal.manager}. What the root may use is in its arrows.
   */
  @Test
  void packages_haveNoCycles() {
    SliceRule rule = slices().matching(ROOT + ".(**)").should().beFreeOfCycles();
    for (EntryPoint entry : ENTRY_POINTS) {
      for (String engine : entry.engines()) {
        rule = rule.ignoreDependency(entry.is(), resideInAPackage(pattern(engine)));
      }
    }
    holds(rule);
  }

  /** A wall clock may only shorten trust: only {@code Timing} reads one. */
  @Test
  void truth_readsNoWallClock() {
    DescribedPredicate<JavaAccess<?>> ownClock = // the memory store's own, which is the store's
        DescribedPredicate.describe(
            "in MemoryStore", call -> topLevel(call.getOriginOwner()).equals("MemoryStore"));
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".internal..", ROOT + ".store..")
            .and()
            .haveNameNotMatching(".*\\.time\\.Timing(\\$.*)?")
            .should()
            .accessTargetWhere(to(System.class, "currentTimeMillis"))
            .orShould()
            .accessTargetWhere(isNowOfJavaTime())
            .orShould()
            .accessTargetWhere(to(Clock.class, "system"))
            .orShould()
            .accessTargetWhere(to(Clock.class, "tick"))
            .orShould()
            .accessTargetWhere(to(InstantSource.class, "system").and(not(ownClock))));
  }

  /** Each of them writes what it reads into a record; {@code MemoryContents} is a store. */
  private static final Set<String> TIMESTAMPS =
      Set.of(
          "ClaimAcquisition",
          "ClaimOperations",
          "ClaimProtocol",
          "HeldClaim",
          "HistoryOperations",
          "MemoryContents",
          "RecordFactory",
          "StageExecution",
          "StageRunner",
          "ClearedClaims");

  /** To read the caller's clock elsewhere is to let it decide something. */
  @Test
  void theCallersClock_isReadOnlyForTimestamps() {
    holds(
        noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".internal..", ROOT + ".store..")
            .and(
                not(
                    DescribedPredicate.describe(
                        "write timestamps", type -> TIMESTAMPS.contains(topLevel(type)))))
            .should()
            .accessTargetWhere(to(Clock.class, "instant"))
            .orShould()
            .accessTargetWhere(to(Clock.class, "millis"))
            .orShould()
            .accessTargetWhere(to(InstantSource.class, "instant"))
            .orShould()
            .accessTargetWhere(to(InstantSource.class, "millis")));
  }

  /**
   * A generator that is kept would draw the same ids in every environment that was resumed from one
   * snapshot.
   */
  @Test
  void randomGenerators_areNotKept() {
    holds(
        fields()
            .should()
            .notHaveRawType(
                DescribedPredicate.describe(
                    "random generators",
                    type -> RandomGenerator.class.isAssignableFrom(type.reflect()))));
  }

  @Test
  void times_areOfJavaTime() {
    holds(noClasses().should().dependOnClassesThat().belongToAnyOf(Date.class, Calendar.class));
  }

  /** Digits of the default locale in a file name or record would not be found again. */
  @Test
  void formats_nameTheirLocale() {
    holds(
        noClasses()
            .should()
            .callMethod(String.class, "format", String.class, Object[].class)
            .orShould()
            .callMethod(String.class, "formatted", Object[].class)
            .orShould()
            .callMethod(PrintStream.class, "printf", String.class, Object[].class)
            .orShould()
            .callMethod(PrintWriter.class, "printf", String.class, Object[].class));
  }

  @Test
  void staticFields_areFinal() {
    holds(fields().that().areStatic().should().beFinal());
  }

  /** A failed run throws nothing, so that a dropped report would hide it. */
  @Test
  void reports_areNotDroppedWithoutAWarning() {
    holds(
        methods()
            .that()
            .arePublic()
            .and()
            .haveName("run")
            .and(
                DescribedPredicate.describe(
                    "return a report",
                    method -> method.getRawReturnType().getSimpleName().endsWith("Report")))
            .and()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(ROOT + ".pipeline..")
            .should()
            .beAnnotatedWith(CheckReturnValue.class));
  }

  private static DescribedPredicate<JavaAccess<?>> isNowOfJavaTime() {
    return DescribedPredicate.describe(
        "now of java.time",
        call ->
            call.getTargetOwner().getPackageName().equals("java.time")
                && call.getName().equals("now"));
  }

  private static String topLevel(JavaClass type) {
    String name = type.getName().substring(type.getPackageName().length() + 1);
    return name.replaceFirst("\\$.*", "");
  }

  private static DescribedPredicate<JavaAccess<?>> to(Class<?> owner, String methodPrefix) {
    return DescribedPredicate.describe(
        owner.getSimpleName() + "." + methodPrefix,
        call ->
            call.getTargetOwner().isEquivalentTo(owner) && call.getName().startsWith(methodPrefix));
  }

  private static String pattern(String name) {
    if (name.isEmpty()) {
      return ROOT;
    }
    return ROOT + "." + name;
  }

  private static void holds(ArchRule rule) {
    rule.check(MAIN);
  }
}
