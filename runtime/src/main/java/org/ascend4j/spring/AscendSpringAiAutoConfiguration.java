package org.ascend4j.spring;

import io.micrometer.observation.ObservationRegistry;
import org.ascend4j.Embedder;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.Llm;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Spring AI's models for applications that have it: a {@code ChatModel} on the open model, an {@code EmbeddingModel} on
 * that of {@code ascend4j.embedding.model}. With models of several makers, {@code spring.ai.model.chat} and
 * {@code spring.ai.model.embedding} choose among them; {@code ascend4j} is this one.
 */
@AutoConfiguration(after = AscendAutoConfiguration.class)
public class AscendSpringAiAutoConfiguration {
    /** Chat. */
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

    /** Embeddings. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.ai.embedding.EmbeddingModel")
    @ConditionalOnProperty(name = "spring.ai.model.embedding", havingValue = "ascend4j", matchIfMissing = true)
    static class EmbeddingConfiguration {
        @Bean(destroyMethod = "close")
        @ConditionalOnMissingBean
        @ConditionalOnProperty("ascend4j.embedding.model")
        Embedder ascendEmbedder(AscendProperties properties, Environment environment) {
            return Embedder.open(properties.embedding().model(), EngineOptions.of(environment));
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
}
