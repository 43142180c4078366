package org.ascend4j.spring;

import io.micrometer.core.instrument.MeterRegistry;
import org.ascend4j.Llm;
import org.ascend4j.LlmMetrics;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The open model's health and metrics, for applications with Actuator or parts of it. */
@AutoConfiguration(after = AscendAutoConfiguration.class)
public class AscendActuatorAutoConfiguration {
    /** Health. */
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

    /** Metrics, which Spring Boot binds to its registries. */
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
