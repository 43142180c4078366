package org.ascend4j.spring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.ascend4j.Completion;
import org.ascend4j.Embedder;
import org.ascend4j.FinishReason;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmMetrics;
import org.ascend4j.LlmOptions;
import org.ascend4j.Prompt;
import org.ascend4j.Sleep;
import org.ascend4j.TinyModels;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Which beans an application gets, by its properties, its own beans and its class path. */
@Timeout(120)
class AutoConfigurationTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    AscendAutoConfiguration.class,
                    AscendSpringAiAutoConfiguration.class,
                    AscendActuatorAutoConfiguration.class))
            .withInitializer(context ->
                    context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance()));

    private ApplicationContextRunner withModel(String... properties) {
        return runner.withPropertyValues(
                        "ascend4j.model=" + TinyModels.path("q8_0"), "ascend4j.device=host", "ascend4j.threads=2")
                .withPropertyValues(properties);
    }

    @AfterEach
    void leavesNothing() {
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void opensNothingWithoutAModel() {
        runner.run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(Llm.class)
                .doesNotHaveBean(Embedder.class)
                .doesNotHaveBean(AscendChatModel.class)
                .doesNotHaveBean(AscendHealthIndicator.class)
                .doesNotHaveBean(LlmMetrics.class));
    }

    @Test
    void givesAnApplicationAllThatItHasAUseFor() {
        withModel("ascend4j.chat.temperature=0.5", "ascend4j.chat.stop-sequences=one,two", "ascend4j.chat.timeout=5s")
                .run(context -> {
                    assertThat(context)
                            .hasSingleBean(Llm.class)
                            .hasSingleBean(LlmLifecycle.class)
                            .hasSingleBean(LlmMetrics.class)
                            .hasSingleBean(AscendHealthIndicator.class)
                            .hasSingleBean(AscendChatModel.class)
                            .doesNotHaveBean(AscendEmbeddingModel.class);
                    AscendChatOptions options =
                            context.getBean(AscendChatModel.class).getOptions();
                    assertThat(options.getTemperature()).isEqualTo(0.5);
                    assertThat(options.getStopSequences()).containsExactly("one", "two");
                    assertThat(options.getTimeout()).isEqualTo(Duration.ofSeconds(5));
                });
    }

    @Test
    void embedsWithAModelOfItsOwn() {
        runner.withPropertyValues(
                        "ascend4j.embedding.model=" + TinyModels.path("q8_0"),
                        "ascend4j.embedding.dimensions=8",
                        "ascend4j.device=host")
                .run(context -> {
                    assertThat(context).hasSingleBean(Embedder.class).doesNotHaveBean(Llm.class);
                    AscendEmbeddingModel model = context.getBean(AscendEmbeddingModel.class);
                    assertThat(model.embed("some words")).hasSize(8).hasSize(model.dimensions());
                });
    }

    @Test
    void takesTheEnginesOptionsByTheirOwnNames() {
        withModel("ascend4j.context-length=64")
                .run(context ->
                        assertThat(context.getBean(Llm.class).contextLength()).isEqualTo(64));
        withModel("ascend4j.max-num-seqs=0")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("max-num-seqs: found '0'"));
    }

    @Test
    void takesThemFromTheEnvironmentToo() {
        withModel()
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new SystemEnvironmentPropertySource(
                                "test-systemEnvironment", Map.of("ASCEND4J_CONTEXT_LENGTH", "48"))))
                .run(context ->
                        assertThat(context.getBean(Llm.class).contextLength()).isEqualTo(48));
    }

    @Test
    void keepsOutOfTheWayOfOtherProviders() {
        withModel("spring.ai.model.chat=openai")
                .run(context -> assertThat(context).hasSingleBean(Llm.class).doesNotHaveBean(AscendChatModel.class));
        withModel("spring.ai.model.chat=ascend4j")
                .run(context -> assertThat(context).hasSingleBean(AscendChatModel.class));
    }

    @Test
    void prefersTheApplicationsOwnModel() {
        runner.withBean(Llm.class, () -> TinyModels.open("q4_0")).run(context -> {
            assertThat(context).hasSingleBean(Llm.class).hasSingleBean(AscendChatModel.class);
            assertThat(context.getBean(AscendChatModel.class).getOptions().getModel())
                    .isEqualTo(context.getBean(Llm.class).modelName());
        });
    }

    @Test
    void needsNeitherSpringAiNorActuatorNorMicrometer() {
        withModel()
                .withClassLoader(new FilteredClassLoader(
                        "org.springframework.ai", "org.springframework.boot.health", "io.micrometer.core"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Llm.class)
                        .doesNotHaveBean("ascendChatModel")
                        .doesNotHaveBean("ascend4jHealthIndicator")
                        .doesNotHaveBean("ascendLlmMetrics"));
    }

    @Test
    void turnsHealthOffWhereItIsNotWanted() {
        withModel("management.health.ascend4j.enabled=false")
                .run(context -> assertThat(context).doesNotHaveBean(AscendHealthIndicator.class));
    }

    @Test
    void tellsAModelThatSleepsFromOneThatIsClosed() {
        AscendHealthIndicator indicator;
        try (Llm llm = TinyModels.open("q8_0")) {
            indicator = new AscendHealthIndicator(llm);
            assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
            llm.sleep(Sleep.values()[0], Duration.ofSeconds(5));
            Health asleep = indicator.health();
            assertThat(asleep.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
            assertThat(asleep.getDetails().get("engine").toString()).contains("SLEEPING");
        }
        assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
    }

    @Test
    void letsAnswersEndBeforeItCloses() {
        AtomicReference<CompletableFuture<Completion>> answer = new AtomicReference<>();
        GenerationOptions options =
                GenerationOptions.defaults().withMaxTokens(60).withIgnoreEnd(true);
        withModel().run(context -> answer.set(context.getBean(Llm.class).generateAsync(Prompt.user("Hello"), options)));
        Completion whole = answer.get().join();
        assertThat(whole.finishReason()).isEqualTo(FinishReason.LENGTH);
        assertThat(whole.tokens()).hasSize(60);
    }

    @Test
    void describesEveryProperty() throws IOException {
        JsonNode metadata;
        try (InputStream file =
                AscendProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            metadata = new ObjectMapper().readTree(file);
        }
        Set<String> described = new TreeSet<>();
        metadata.path("properties").forEach(property -> {
            described.add(property.path("name").asText());
            assertThat(property.path("description").asText()).endsWith(".");
        });
        Set<String> expected = new TreeSet<>(Set.of("management.health.ascend4j.enabled"));
        collect("ascend4j", AscendProperties.class, expected);
        LlmOptions.names().forEach(name -> expected.add("ascend4j." + name));
        assertThat(described).isEqualTo(expected);
    }

    private static void collect(String prefix, Class<?> type, Set<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                collect(name, component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }
}
