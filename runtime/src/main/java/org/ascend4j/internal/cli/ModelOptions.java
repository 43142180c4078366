package org.ascend4j.internal.cli;

import org.ascend4j.LlmOptions;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The model, as every command that needs one takes it. */
final class ModelOptions {
    @Option(
            names = "--model",
            required = true,
            paramLabel = "M",
            description =
                    "A known name (smollm2, gemma3-270m, minilm; pulled on first use), OWNER/NAME of a hub's repository,"
                            + " a .gguf file, or a model folder.")
    private String name;

    @Mixin
    private DeviceOptions device = new DeviceOptions();

    @Mixin
    private ServingOptions serving = new ServingOptions();

    @Mixin
    private LoraOptions loras = new LoraOptions();

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            description = "Type of activations: auto, float32, float16 or bfloat16 (default: auto, float16 for GGUF).")
    private String dtype;

    @Option(
            names = "--precision",
            paramLabel = "P",
            description = "fast may multiply in int8, exact keeps products accumulated in float32"
                    + " (default: fast; --dtype float32 implies exact).")
    private String precision;

    @Option(
            names = "--quantize",
            paramLabel = "Q",
            description = "Rounds weights in 16 or 32 bits while they are loaded: w8a8, w4a16 or none (default: none).")
    private String quantize;

    @Option(
            names = "--kv-cache-dtype",
            paramLabel = "TYPE",
            description =
                    "Type of cached keys and values: auto for that of activations, or int8, which takes about half"
                            + " the memory (default: auto).")
    private String kvCacheDtype;

    @Option(
            names = {"--context-length", "--max-model-len"},
            paramLabel = "N",
            description = "Most tokens of prompt and answer together (default: the model's).")
    private String contextLength;

    String name() {
        return name;
    }

    /** Of a second model, which shares nothing but the device. */
    LlmOptions toEmbedderOptions() {
        return device.builder().build();
    }

    LoraOptions loras() {
        return loras;
    }

    /** @throws UsageException if an option, or a property or variable behind one, has no such value */
    LlmOptions toOptions() {
        try {
            LlmOptions.Builder builder = device.builder();
            DeviceOptions.set(builder, "dtype", dtype);
            DeviceOptions.set(builder, "precision", precision);
            DeviceOptions.set(builder, "quantize", quantize);
            DeviceOptions.set(builder, "kv-cache-dtype", kvCacheDtype);
            DeviceOptions.set(builder, "context-length", contextLength);
            serving.apply(builder);
            loras.apply(builder);
            return builder.build();
        } catch (InvalidRequestException wrong) {
            throw new UsageException(wrong.getMessage(), wrong);
        }
    }
}
