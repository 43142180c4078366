package org.ascend4j.internal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * A framework that this library is a part of where it is present.
 *
 * @param name what people call it
 * @param version empty where the jar does not tell; null if it is absent
 */
record Integration(String name, String version) {
    private record Known(String name, String type, String artifact) {}

    /** Each by a class that every version of it has, and the jar that has this class. */
    private static final List<Known> KNOWN = List.of(
            new Known("DJL", "ai.djl.engine.Engine", "ai.djl/api"),
            new Known("LangChain4j", "dev.langchain4j.model.chat.ChatModel", "dev.langchain4j/langchain4j-core"),
            new Known(
                    "Spring AI",
                    "org.springframework.ai.chat.model.ChatModel",
                    "org.springframework.ai/spring-ai-model"),
            new Known(
                    "Spring Boot",
                    "org.springframework.boot.SpringApplication",
                    "org.springframework.boot/spring-boot"),
            new Known("Micrometer", "io.micrometer.core.instrument.MeterRegistry", "io.micrometer/micrometer-core"));

    /** Looks at what a class loader can see; starts nothing of it. */
    static List<Integration> find(ClassLoader loader) {
        List<Integration> found = new ArrayList<>();
        for (Known known : KNOWN) {
            found.add(new Integration(known.name(), version(known, loader)));
        }
        return found;
    }

    boolean present() {
        return version != null;
    }

    private static String version(Known known, ClassLoader loader) {
        try {
            Package jar = Class.forName(known.type(), false, loader).getPackage();
            if (jar.getImplementationVersion() != null) {
                return jar.getImplementationVersion();
            }
            return jar.getSpecificationVersion() != null ? jar.getSpecificationVersion() : mavenVersion(known, loader);
        } catch (ClassNotFoundException | LinkageError absent) {
            return null;
        }
    }

    private static String mavenVersion(Known known, ClassLoader loader) {
        String file = "META-INF/maven/" + known.artifact() + "/pom.properties";
        try (InputStream in = loader.getResourceAsStream(file)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "");
        } catch (IOException unreadable) {
            return "";
        }
    }
}
