package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.ascend4j.Embedder;
import org.ascend4j.Embedding;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.Pooling;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code embed}: texts to vectors. */
@Command(
        name = "embed",
        description = {
            "Prints the vector of each text as a line of JSON: index, tokens, embedding.",
            "Takes BERT-class encoders and decoders. A sentence-transformers folder says by itself how its vectors are"
                    + " made; other encoders give the mean of their tokens, decoders the last token, both of length 1."
        })
final class EmbedCommand implements Callable<Integer> {
    /** Texts that are on their way at once. */
    private static final int WINDOW = 256;

    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--text", paramLabel = "T", description = "A text; may be given several times.")
    private List<String> texts = List.of();

    @Option(names = "--input", paramLabel = "FILE", description = "A file with one JSON string a line.")
    private String input;

    @Option(
            names = "--pooling",
            paramLabel = "P",
            description = "How token vectors become one: last, mean or cls (default: the model's).")
    private String pooling;

    @Option(
            names = "--normalize",
            paramLabel = "on|off",
            description = "Whether vectors have length 1 (default: the model's).")
    private String normalize;

    @Option(
            names = "--dimensions",
            paramLabel = "N",
            description = "Keep the first N values, before normalisation (default: all).")
    private Integer dimensions;

    @Option(
            names = "--truncate",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Whether texts beyond the model's length are cut or refused (default: on).")
    private String truncate;

    EmbedCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        EmbeddingOptions options = new EmbeddingOptions(
                pooling(pooling),
                normalize == null ? null : on("--normalize", normalize),
                null,
                on("--truncate", truncate));
        if (dimensions != null) {
            options = options.withDimensions(dimensions);
        }
        model.toOptions();
        List<String> all = TextLines.read(texts, "--text", input);
        try (Embedder embedder = context.openEmbedder(model)) {
            for (int from = 0; from < all.size(); from += WINDOW) {
                List<String> some = all.subList(from, Math.min(all.size(), from + WINDOW));
                int index = from;
                for (Embedding embedding : embedder.embedAll(new ArrayList<>(some), options)) {
                    context.streams().answer(line(index++, embedding));
                }
            }
        }
        return ExitCode.OK;
    }

    private static Pooling pooling(String name) {
        if (name == null) {
            return null;
        }
        return switch (name) {
            case "last" -> Pooling.LAST;
            case "mean" -> Pooling.MEAN;
            case "cls" -> Pooling.CLS;
            default -> throw new UsageException("--pooling: found '" + name + "', expected last, mean or cls");
        };
    }

    private static boolean on(String option, String value) {
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new UsageException(option + ": found '" + value + "', expected on or off");
        };
    }

    private static String line(int index, Embedding embedding) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("index", index);
            json.writeNumberField("tokens", embedding.tokens());
            json.writeArrayFieldStart("embedding");
            for (float value : embedding.values()) {
                json.writeNumber(value);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }
}
