package org.ascend4j.spring;

import org.ascend4j.LlmOptions;
import org.springframework.core.env.Environment;

/** The engine's options, each by its own name, from wherever an application has its properties. */
final class EngineOptions {
    private EngineOptions() {}

    static LlmOptions of(Environment environment) {
        LlmOptions.Builder builder = LlmOptions.builder();
        for (String name : LlmOptions.names()) {
            String value = environment.getProperty("ascend4j." + name);
            if (value != null) {
                builder.option(name, value.strip());
            }
        }
        return builder.build();
    }
}
