package org.ascend4j.internal;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.ascend4j.Llm;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The order of packages and a few habits, read from the compiled classes of this module. */
class ArchitectureTest {
    private static final String ROOT = "org.ascend4j";

    /** Top to bottom: a package may use itself and what stands below it. */
    private static final List<String> ORDER = List.of(
            "djl",
            "internal.cli",
            "internal.serve",
            "internal.openai",
            "langchain4j",
            "spring",
            "",
            "internal.engine",
            "internal.sample",
            "internal.model",
            "internal.batch",
            "internal.draft",
            "internal.schedule",
            "internal.device",
            "internal.weight",
            "internal.pretrained",
            "internal.store",
            "internal.grammar",
            "internal.template",
            "internal.tools",
            "internal.text",
            "internal.safetensors",
            "internal.gguf",
            "internal.ops",
            "internal.acl",
            "internal.json",
            "compat",
            "error");

    /** These stand beside each other: of this project they use errors and JSON only. */
    private static final Set<String> ALONE = Set.of(
            "internal.store",
            "internal.grammar",
            "internal.template",
            "internal.tools",
            "internal.text",
            "internal.safetensors",
            "internal.gguf",
            "internal.schedule");

    private static final Set<String> FOR_ALL = Set.of("error", "internal.json");

    private static final int MOST_LINES = 500;

    private static JavaClasses classes;

    @BeforeAll
    static void read() throws URISyntaxException {
        Path compiled = Path.of(
                Llm.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        classes = new ClassFileImporter().importPath(compiled);
        assertThat(classes.size()).isGreaterThan(150);
    }

    /** The layer of a class of this project, the longest name that fits; null for others. */
    private static String layer(JavaClass type) {
        String name = type.getPackageName();
        if (!name.equals(ROOT) && !name.startsWith(ROOT + ".")) {
            return null;
        }
        String rest = name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1);
        return ORDER.stream()
                .filter(layer -> rest.equals(layer) || !layer.isEmpty() && rest.startsWith(layer + "."))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no place in the order of packages"));
    }

    @Test
    void packagesUseThoseBelowThemOnly() {
        List<String> violations = new ArrayList<>();
        for (JavaClass type : classes) {
            String from = layer(type);
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                String to = layer(dependency.getTargetClass().getBaseComponentType());
                if (to == null || to.equals(from)) {
                    continue;
                }
                boolean upwards = ORDER.indexOf(to) < ORDER.indexOf(from);
                if (upwards || ALONE.contains(from) && !FOR_ALL.contains(to)) {
                    violations.add(dependency.getDescription());
                }
            }
        }
        assertThat(violations).isEmpty();
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + ".internal.(*)..").should().beFreeOfCycles().check(classes);
    }

    @Test
    void onlyTheBindingsKnowJavaCpp() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.bytedeco..")
                .check(classes);
    }

    @Test
    void onlyOperatorsCallTheGeneratedBindings() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".internal.acl..", ROOT + ".internal.ops..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".internal.acl.generated..")
                .check(classes);
    }

    @Test
    void theApiNeedsNoCommand() {
        noClasses()
                .that(DescribedPredicate.not(resideInAnyPackage(ROOT + ".internal.cli..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("picocli..")
                .check(classes);
    }

    @Test
    void onlyTheEngineForDjlNeedsDjl() {
        noClasses()
                .that(DescribedPredicate.not(resideInAnyPackage(ROOT + ".djl..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..", ROOT + ".djl..")
                .check(classes);
    }

    @Test
    void onlyMetricsNeedMicrometer() {
        noClasses()
                .that(DescribedPredicate.not(named("LlmMetrics", "MetricsFeed")))
                .and()
                .resideOutsideOfPackages(ROOT + ".spring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.micrometer..")
                .check(classes);
    }

    @Test
    void frameworksAreKnownToTheirIntegrationsAlone() {
        Map<String, String[]> frameworks = Map.of(
                ".langchain4j", new String[] {"dev.langchain4j.."},
                ".spring", new String[] {"org.springframework..", "reactor..", "org.reactivestreams.."});
        frameworks.forEach((integration, packages) -> noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + integration + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages)
                .check(classes));
    }

    @Test
    void integrationsUseThePublicInterfaceOnly() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".langchain4j..", ROOT + ".spring..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(ROOT + ".internal..")
                .check(classes);
    }

    @Test
    void jsonIsParsedInFewPlaces() {
        noClasses()
                .that(DescribedPredicate.not(resideInAnyPackage(
                        ROOT + ".djl..",
                        ROOT + ".internal.cli..",
                        ROOT + ".internal.serve..",
                        ROOT + ".internal.openai..",
                        ROOT + ".internal.grammar..",
                        ROOT + ".internal.json..",
                        ROOT + ".internal.safetensors..")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.fasterxml.jackson..")
                .check(classes);
    }

    @Test
    void propertiesAndEnvironmentAreReadInFewPlaces() {
        Set<String> reads = Set.of("getenv", "getProperty", "getProperties", "getBoolean", "getInteger", "getLong");
        Set<Class<?>> owners = Set.of(System.class, Boolean.class, Integer.class, Long.class);
        noClasses()
                .that(DescribedPredicate.not(named("LlmOptions", "OptionValues", "StackCheck")))
                .and()
                .resideOutsideOfPackages(ROOT + ".internal.cli..", ROOT + ".internal.store..")
                .should()
                .accessTargetWhere(describe(
                        "reads a property or variable",
                        access -> reads.contains(access.getTarget().getName()) && isOf(access, owners)))
                .check(classes);
    }

    @Test
    void threadsAreStartedInNamedPlaces() {
        noClasses()
                .that(DescribedPredicate.not(named(
                        "OpenedModel",
                        "Engine",
                        "EncoderEngine",
                        "Watchdog",
                        "WeightLoader",
                        "AnswerThreads",
                        "MetricsTicker",
                        "PendingCompletion",
                        "ConnectionWatch",
                        "RequestThreads",
                        "StreamThreads",
                        "GrammarCache")))
                .and()
                .resideOutsideOfPackages(ROOT + ".internal.cli..", ROOT + ".internal.store..")
                .should()
                .accessTargetWhere(describe(
                        "starts a thread",
                        access -> access.getTarget().getName().equals("<init>") && isOf(access, Set.of(Thread.class))
                                || access.getTarget().getName().endsWith("Async")
                                        && isOf(access, Set.of(CompletableFuture.class))
                                || isOf(access, Set.of(Executors.class))))
                .check(classes);
    }

    private static boolean isOf(JavaAccess<?> access, Set<Class<?>> owners) {
        return owners.stream().anyMatch(owner -> access.getTargetOwner().isEquivalentTo(owner));
    }

    private static DescribedPredicate<JavaClass> named(String... names) {
        return describe(
                "named " + String.join(", ", names),
                type -> Set.of(names).contains(outermost(type).getSimpleName()));
    }

    private static JavaClass outermost(JavaClass type) {
        JavaClass outer = type;
        while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
        }
        return outer;
    }

    @Test
    void classesAreNamedByWhatTheyAre() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Util|Utils|Helper|Base)(\\$.*)?")
                .check(classes);
    }

    @Test
    void filesStayShort() throws IOException {
        List<String> tooLong = new ArrayList<>();
        int files = 0;
        for (String root : List.of("src/main/java", "src/test/java")) {
            try (Stream<Path> tree = Files.walk(Path.of(root))) {
                for (Path file :
                        tree.filter(path -> path.toString().endsWith(".java")).toList()) {
                    files++;
                    try (Stream<String> lines = Files.lines(file)) {
                        long count = lines.count();
                        if (count > MOST_LINES) {
                            tooLong.add(file + ": " + count);
                        }
                    }
                }
            }
        }
        assertThat(files).isGreaterThan(150);
        assertThat(tooLong).isEmpty();
    }
}
