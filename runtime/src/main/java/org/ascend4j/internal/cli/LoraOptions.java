package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ascend4j.GenerationOptions;
import org.ascend4j.LlmOptions;
import org.ascend4j.internal.store.Utf8Path;
import picocli.CommandLine.Option;

/** LoRA adapters, as every command that opens a model takes them. */
final class LoraOptions {
    @Option(
            names = {"--lora", "--lora-modules"},
            paramLabel = "NAME=PATH",
            description = "A folder with a LoRA adapter as PEFT saves it, and what it is called; may be given again."
                    + " serve and batch take it for requests whose model is NAME.")
    private Map<String, String> adapters = new LinkedHashMap<>();

    @Option(
            names = "--max-loras",
            paramLabel = "N",
            description = "Most adapters that are loaded at once (default: 8, or as many as --lora names).")
    private String most;

    @Option(
            names = "--max-lora-rank",
            paramLabel = "R",
            description = "The greatest rank that an adapter may have (default: 64).")
    private String rank;

    void apply(LlmOptions.Builder builder) {
        DeviceOptions.set(builder, "max-lora-rank", rank);
        DeviceOptions.set(builder, "max-loras", most);
        if (most == null && adapters.size() > 8) {
            builder.option("max-loras", Integer.toString(adapters.size()));
        }
        adapters.forEach((name, path) -> {
            if (name.isEmpty() || path.isEmpty()) {
                throw new UsageException("--lora: found '" + name + "=" + path + "', expected NAME=PATH");
            }
        });
    }

    /** Loads all into an open model. */
    void load(Session session) {
        adapters.forEach((name, path) -> session.loadAdapter(name, folder(path)));
    }

    private static Path folder(String path) {
        return Utf8Path.of(path);
    }

    /**
     * Options of an answer by the adapter that is wanted.
     *
     * @param wanted a name; null for the only adapter there is, or none
     */
    GenerationOptions choose(GenerationOptions options, String wanted) {
        if (wanted != null && !adapters.containsKey(wanted)) {
            throw new UsageException("--adapter: found '" + wanted + "', expected one of --lora's, "
                    + String.join(", ", adapters.keySet()));
        }
        if (wanted == null && adapters.size() > 1) {
            throw new UsageException(
                    "--adapter: found nothing, expected one of --lora's, " + String.join(", ", adapters.keySet()));
        }
        String only = adapters.isEmpty() ? "" : adapters.keySet().iterator().next();
        return options.withAdapter(wanted == null ? only : wanted);
    }
}
