package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.model.ModelConfig;
import org.ascend4j.internal.weight.LoadRounding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code inspect}: what a model is, what it will need and whether it will run. */
@Command(
        name = "inspect",
        description = {
            "Prints what a model is, what it will need and whether it will run; reads headers only and opens no device.",
            "Ends with 1 if the model will not run."
        })
final class InspectCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "MODEL", description = "A .gguf file, a model folder, or a name that pull knows.")
    private String model;

    @Option(
            names = "--dtype",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "Type of activations: auto, float32, float16 or bfloat16 (default: auto).")
    private String dtype;

    @Option(
            names = "--quantize",
            paramLabel = "Q",
            defaultValue = "none",
            description = "As loading with it would: w8a8, w4a16 or none (default: none).")
    private String quantize;

    @Option(
            names = "--kv-cache-dtype",
            paramLabel = "TYPE",
            defaultValue = "auto",
            description = "Type of cached keys and values: auto for that of activations, or int8 (default: auto).")
    private String kvCacheDtype;

    @Option(
            names = "--memory",
            paramLabel = "SIZE",
            description =
                    "Memory of the device in bytes, or with K, M, G or T behind (default: what this host has free).")
    private String memory;

    @Option(names = "--format", paramLabel = "F", defaultValue = "text", description = "text or json (default: text).")
    private String format;

    InspectCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        OutputFormat chosen = OutputFormat.parse(format);
        long available = memory == null ? HostMemory.available() : HostMemory.parse(memory);
        Inspection found = Inspection.of(context.file(model), type(dtype), rounding(quantize), int8Cache(kvCacheDtype));
        context.streams().answer(chosen == OutputFormat.JSON ? json(found, available) : text(found, available));
        return found.runs() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private static DataType type(String text) {
        return switch (text) {
            case "auto", "float16" -> DataType.FLOAT16;
            case "float32" -> DataType.FLOAT;
            case "bfloat16" -> DataType.BF16;
            default ->
                throw new UsageException("--dtype: found '" + text + "', expected auto, float32, float16 or bfloat16");
        };
    }

    private static boolean int8Cache(String text) {
        return switch (text) {
            case "auto" -> false;
            case "int8" -> true;
            default -> throw new UsageException("--kv-cache-dtype: found '" + text + "', expected auto or int8");
        };
    }

    private static LoadRounding rounding(String text) {
        return switch (text) {
            case "none" -> LoadRounding.NONE;
            case "w8a8" -> LoadRounding.W8A8;
            case "w4a16" -> LoadRounding.W4A16;
            default -> throw new UsageException("--quantize: found '" + text + "', expected w8a8, w4a16 or none");
        };
    }

    private static String typeName(DataType type) {
        return switch (type) {
            case FLOAT -> "float32";
            case BF16 -> "bfloat16";
            default -> "float16";
        };
    }

    private String text(Inspection found, long available) {
        StringBuilder text = new StringBuilder();
        line(text, "name", found.name());
        line(
                text,
                "format",
                found.format()
                        + found.quantization().map(method -> ", " + method).orElse(""));
        line(text, "family", found.architecture());
        found.config().ifPresent(sizes -> sizes(text, sizes));
        String formats = found.fileBytes().entrySet().stream()
                .map(entry -> entry.getKey() + " " + HostMemory.text(entry.getValue()))
                .collect(Collectors.joining(", "));
        line(
                text,
                "size",
                found.parameters() + " parameters, " + HostMemory.text(found.storedBytes()) + " (" + formats + ")");
        String type = typeName(found.type());
        line(text, "weights", "about " + HostMemory.text(found.weightBytes()) + " on the device in " + type);
        if (found.encoder().isPresent()) {
            encoder(text, found.encoder().get(), available, found.weightBytes());
        } else {
            found.config().ifPresent(sizes -> cache(text, found, sizes, available));
        }
        line(
                text,
                "text",
                (found.vocabulary() > 0 ? found.vocabulary() + " tokens" : "no tokenizer")
                        + (found.chatTemplate() ? ", chat template" : ", no chat template"));
        line(text, "runs", found.runs() ? "yes" : "no");
        found.obstacles().forEach((what, why) -> line(text, "", what + ": " + why));
        return text.toString();
    }

    private static void sizes(StringBuilder text, ModelConfig sizes) {
        line(
                text,
                "layers",
                sizes.layers() + " of " + sizes.hiddenSize() + " features, " + sizes.heads() + " heads of "
                        + sizes.headSize() + ", " + sizes.kvHeads() + " for keys and values");
        line(text, "context", sizes.contextLength() + " tokens");
    }

    private static void encoder(StringBuilder text, Inspection.EncoderUse use, long available, long weights) {
        line(
                text,
                "vectors",
                use.pooling() + " of at most " + use.mostTokens() + " tokens"
                        + (use.normalized() ? ", of length 1" : "")
                        + (use.labels() > 0 ? "; classifier with " + use.labels() + " label(s)" : ""));
        line(
                text,
                "memory",
                HostMemory.text(available) + " free" + (weights > available ? "; the weights alone do not fit" : ""));
    }

    private static void cache(StringBuilder text, Inspection found, ModelConfig sizes, long available) {
        long context = sizes.contextLength();
        line(
                text,
                "cache",
                HostMemory.text(found.kvTokenBytes()) + " per token, "
                        + HostMemory.text(Math.multiplyExact(found.kvTokenBytes(), context)) + " for a full context");
        long tokens = found.tokensThatFit(available);
        line(
                text,
                "memory",
                HostMemory.text(available) + " free: room for " + tokens + " tokens, that is "
                        + String.format(Locale.ROOT, "%.1f", (double) tokens / context) + " full contexts"
                        + (found.weightBytes() > available ? "; the weights alone do not fit" : ""));
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-9s%s%n", name, Failure.oneLine(value)));
    }

    private static String json(Inspection found, long available) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("schema", AnswerJson.SCHEMA);
            json.writeStringField("name", found.name());
            json.writeStringField("format", found.format());
            json.writeStringField("architecture", found.architecture());
            json.writeStringField("quantization", found.quantization().orElse(null));
            json.writeNumberField("parameters", found.parameters());
            json.writeObjectFieldStart("file_bytes");
            for (Map.Entry<GgmlType, Long> entry : found.fileBytes().entrySet()) {
                json.writeNumberField(entry.getKey().name(), entry.getValue());
            }
            json.writeEndObject();
            json.writeStringField("dtype", typeName(found.type()));
            json.writeNumberField("weight_bytes", found.weightBytes());
            writeSizes(json, found, available);
            json.writeNumberField("vocabulary", found.vocabulary());
            json.writeBooleanField("chat_template", found.chatTemplate());
            json.writeBooleanField("runs", found.runs());
            json.writeObjectFieldStart("obstacles");
            for (Map.Entry<String, String> entry : found.obstacles().entrySet()) {
                json.writeStringField(entry.getKey(), entry.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static void writeSizes(JsonGenerator json, Inspection found, long available) throws IOException {
        if (found.config().isPresent()) {
            ModelConfig sizes = found.config().get();
            json.writeNumberField("layers", sizes.layers());
            json.writeNumberField("hidden_size", sizes.hiddenSize());
            json.writeNumberField("heads", sizes.heads());
            json.writeNumberField("kv_heads", sizes.kvHeads());
            json.writeNumberField("head_size", sizes.headSize());
            json.writeNumberField("context_length", sizes.contextLength());
            json.writeNumberField("kv_token_bytes", found.kvTokenBytes());
        }
        if (found.encoder().isPresent()) {
            Inspection.EncoderUse use = found.encoder().get();
            json.writeObjectFieldStart("encoder");
            json.writeStringField("pooling", use.pooling());
            json.writeBooleanField("normalized", use.normalized());
            json.writeNumberField("max_tokens", use.mostTokens());
            json.writeNumberField("labels", use.labels());
            json.writeEndObject();
        }
        json.writeNumberField("memory_bytes", available);
        json.writeNumberField("kv_tokens_that_fit", found.tokensThatFit(available));
    }
}
