package org.ascend4j.internal.text.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.text.EndMarkers;
import org.ascend4j.internal.text.PairFrame;
import org.ascend4j.internal.text.Tokenizer;

/** A {@code tokenizer.json} that has been read and checked; the settings beside it make a tokenizer of it. */
public final class TokenizerJson {
    public static final String FILE = "tokenizer.json";

    /** The largest known vocabularies take about 35 MB. */
    private static final long MAX_BYTES = 128L << 20;

    private final String file;
    private final Pipeline pipeline;
    private final Map<String, Integer> added = new HashMap<>();

    private TokenizerJson(String file, Pipeline pipeline) {
        this.file = file;
        this.pipeline = pipeline;
        pipeline.added().all().forEach(token -> added.put(token.content(), token.id()));
    }

    /** The steps of a file in the order in which text goes through them. */
    record Pipeline(
            AddedTokens added,
            Normalizer normalizer,
            List<PreTokenizers.Step> cuts,
            ModelVocabulary vocabulary,
            TokenModel model,
            TokenFrame frame,
            PairFrame pair,
            TokenDecoder decoder) {
        int size() {
            return Math.max(vocabulary.size(), added.size());
        }
    }

    /**
     * Reads a file.
     *
     * @throws ModelFormatException naming the file and the field that is wrong or of a kind that is not known
     */
    public static TokenizerJson read(Path file) {
        return of(JsonDocument.read(file, MAX_BYTES));
    }

    /** As {@link #read}, of a document that is already read. */
    public static TokenizerJson of(JsonValue root) {
        Normalizer normalizer = Normalizer.read(root.get("normalizer"));
        if (!root.has("model")) {
            throw root.get("model").wrong("the model of a tokenizer");
        }
        TokenModel.Read model = TokenModel.read(root.get("model"));
        AddedTokens added = AddedTokens.read(root.get("added_tokens"), model.vocabulary(), normalizer);
        int size = Math.max(model.vocabulary().size(), added.size());
        return new TokenizerJson(
                root.file(),
                new Pipeline(
                        added,
                        normalizer,
                        PreTokenizers.read(root.get("pre_tokenizer")),
                        model.vocabulary(),
                        model.model().get(),
                        TokenFrame.read(root.get("post_processor"), size),
                        PairTemplate.read(root.get("post_processor"), size),
                        TokenDecoder.read(root.get("decoder"))));
    }

    /** The id of a token by its exact text. */
    public OptionalInt id(String token) {
        int id = added.getOrDefault(token, pipeline.vocabulary().id(token));
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** One more than the greatest id of the file. */
    public int size() {
        return pipeline.size();
    }

    /**
     * What the files beside it say.
     *
     * @param rows of the embedding; those behind the file's own ids are never text. 0 if there is no model
     * @param ends ids that end an answer, besides EOS and the markers that families end with
     * @param addBos whether BOS goes in front; empty leaves that to the file's own frame
     */
    public record Settings(OptionalInt bos, OptionalInt eos, Set<Integer> ends, int rows, Optional<Boolean> addBos) {}

    /** The tokenizer. */
    public Tokenizer tokenizer(Settings settings) {
        int size = pipeline.size();
        if (settings.rows() > 0 && settings.rows() < size) {
            throw new ModelFormatException(file + ": found ids up to " + (size - 1) + ", expected fewer than "
                    + settings.rows() + ", the rows of the model's embedding");
        }
        Set<Integer> ends = new TreeSet<>(settings.ends());
        settings.eos().ifPresent(ends::add);
        EndMarkers.NAMES.forEach(name -> id(name).ifPresent(ends::add));
        return new PipelineTokenizer(framed(settings), settings, Math.max(size, settings.rows()), ends);
    }

    private Pipeline framed(Settings settings) {
        TokenFrame frame = pipeline.frame();
        if (settings.addBos().isEmpty() || settings.bos().isEmpty()) {
            return pipeline;
        }
        int bos = settings.bos().getAsInt();
        List<Integer> front = new ArrayList<>();
        for (int id : frame.front()) {
            if (id != bos) {
                front.add(id);
            }
        }
        if (settings.addBos().get()) {
            front.add(0, bos);
        }
        TokenFrame changed =
                new TokenFrame(front.stream().mapToInt(Integer::intValue).toArray(), frame.back());
        return new Pipeline(
                pipeline.added(),
                pipeline.normalizer(),
                pipeline.cuts(),
                pipeline.vocabulary(),
                pipeline.model(),
                changed,
                pipeline.pair(),
                pipeline.decoder());
    }
}
