package org.ascend4j.spring;

import org.ascend4j.Llm;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Opens the model of {@code ascend4j.model} when an application starts, and drains it when it stops. An application's own
 * {@link Llm} takes the place of the one that would be opened.
 */
@AutoConfiguration
@EnableConfigurationProperties(AscendProperties.class)
public class AscendAutoConfiguration {
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    @ConditionalOnProperty("ascend4j.model")
    public Llm ascendLlm(AscendProperties properties, Environment environment) {
        return Llm.open(properties.model(), EngineOptions.of(environment));
    }

    @Bean
    @ConditionalOnBean(Llm.class)
    @ConditionalOnMissingBean
    public LlmLifecycle ascendLlmLifecycle(Llm llm, AscendProperties properties) {
        return new LlmLifecycle(llm, properties.drainTimeout());
    }
}
