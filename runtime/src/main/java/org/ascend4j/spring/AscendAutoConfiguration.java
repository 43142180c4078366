package org.ascend4j.spring;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.nio.file.Path;
import org.ascend4j.Embedder;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmMetrics;
import org.ascend4j.LlmOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Opens the model of {@code ascend4j.model} when an application starts, and gives it the beans that its class path has a
 * use for. An application's own {@link Llm} or {@link Embedder} takes the place of the one that would be opened. With
 * models of several makers, {@code spring.ai.model.chat} and {@code spring.ai.model.embedding} choose among them;
 * {@code ascend4j} is this one.
 */
@AutoConfiguration
@EnableConfigurationProperties(AscendProperties.class)
public class AscendAutoConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    @ConditionalOnProperty("ascend4j.model")
    public Llm ascendLlm(AscendProperties properties, Environment environment) {
        return Llm.open(properties.model(), options(environment));
    }

    @Bean
    @ConditionalOnBean(Llm.class)
    @ConditionalOnMissingBean
    public LlmLifecycle ascendLlmLifecycle(Llm llm, AscendProperties properties) {
        return new LlmLifecycle(llm, properties.drainTimeout());
    }

    /** The engine's options, each by its own name, from wherever the application has its properties. */
    private static LlmOptions options(Environment environment) {
        LlmOptions.Builder builder = LlmOptions.builder();
        for (String name : LlmOptions.names()) {
            String value = environment.getProperty("ascend4j." + name);
            if (value != null) {
                builder.option(name, value.strip());
            }
        }
        return builder.build();
    }

    /** Chat for applications with Spring AI. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.ai.chat.model.ChatModel")
    @ConditionalOnProperty(name = "spring.ai.model.chat", havingValue = "ascend4j", matchIfMissing = true)
    static class ChatConfiguration {
        @Bean
        @ConditionalOnBean(Llm.class)
        @ConditionalOnMissingBean
        AscendChatModel ascendChatModel(
                Llm llm, AscendProperties properties, ObjectProvider<ObservationRegistry> observations) {
            return new AscendChatModel(
                    llm, properties.chat().toOptions(), observations.getIfUnique(() -> ObservationRegistry.NOOP));
        }
    }

    /** Embeddings for applications with Spring AI. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.ai.embedding.EmbeddingModel")
    @ConditionalOnProperty(name = "spring.ai.model.embedding", havingValue = "ascend4j", matchIfMissing = true)
    static class EmbeddingConfiguration {
        @Bean(destroyMethod = "close")
        @ConditionalOnMissingBean
        @ConditionalOnProperty("ascend4j.embedding.model")
        Embedder ascendEmbedder(AscendProperties properties, Environment environment) {
            Path model = properties.embedding().model();
            return Embedder.open(model, options(environment));
        }

        @Bean
        @ConditionalOnBean(Embedder.class)
        @ConditionalOnMissingBean
        AscendEmbeddingModel ascendEmbeddingModel(
                Embedder embedder, AscendProperties properties, ObjectProvider<ObservationRegistry> observations) {
            AscendProperties.Embedding wish = properties.embedding();
            return new AscendEmbeddingModel(
                    embedder,
                    new EmbeddingOptions(wish.pooling(), wish.normalize(), wish.dimensions()),
                    observations.getIfUnique(() -> ObservationRegistry.NOOP));
        }
    }

    /** Health for applications with Actuator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthIndicator.class)
    static class HealthConfiguration {
        @Bean
        @ConditionalOnBean(Llm.class)
        @ConditionalOnEnabledHealthIndicator("ascend4j")
        @ConditionalOnMissingBean(name = "ascend4jHealthIndicator")
        AscendHealthIndicator ascend4jHealthIndicator(Llm llm) {
            return new AscendHealthIndicator(llm);
        }
    }

    /** Metrics for applications with Micrometer; Spring Boot binds them to its registries. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MeterRegistry.class)
    static class MetricsConfiguration {
        @Bean(destroyMethod = "close")
        @ConditionalOnBean(Llm.class)
        @ConditionalOnMissingBean
        LlmMetrics ascendLlmMetrics(Llm llm) {
            return new LlmMetrics(llm);
        }
    }
}
