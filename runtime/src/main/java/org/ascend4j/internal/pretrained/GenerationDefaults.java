package org.ascend4j.internal.pretrained;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.ascend4j.internal.json.JsonDocument;
import org.ascend4j.internal.json.JsonValue;

/**
 * How a model's makers would have it sampled: {@code generation_config.json}. What the file does not say is empty.
 *
 * @param ends ids that end an answer
 * @param sample false if the makers ask for the likeliest token always; empty if they say nothing
 */
public record GenerationDefaults(
        Set<Integer> ends,
        Optional<Boolean> sample,
        OptionalDouble temperature,
        OptionalDouble topP,
        OptionalInt topK,
        OptionalDouble minP,
        OptionalDouble repetitionPenalty) {
    public static final String FILE = "generation_config.json";

    /** Nothing is known. */
    public static final GenerationDefaults NONE = new GenerationDefaults(
            Set.of(),
            Optional.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalInt.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());

    private static final long MAX_BYTES = 1 << 20;
    private static final int MOST_ENDS = 4096;

    /** Reads a folder's file; {@link #NONE} without one. */
    static GenerationDefaults read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return NONE;
        }
        JsonValue root = JsonDocument.read(file, MAX_BYTES);
        return new GenerationDefaults(
                ids(root.get("eos_token_id")),
                root.has("do_sample") ? Optional.of(root.get("do_sample").truth()) : Optional.empty(),
                within(root.get("temperature"), 0, 100),
                within(root.get("top_p"), 0, 1),
                root.has("top_k") ? OptionalInt.of((int) root.get("top_k").integer(0, 1 << 24)) : OptionalInt.empty(),
                within(root.get("min_p"), 0, 1),
                within(root.get("repetition_penalty"), 0.01, 100));
    }

    /** An id, a list of ids or nothing. */
    static Set<Integer> ids(JsonValue value) {
        Set<Integer> ids = new TreeSet<>();
        if (value.isList()) {
            if (value.list().size() > MOST_ENDS) {
                throw value.wrong("at most " + MOST_ENDS + " ids");
            }
            value.items().forEach(item -> ids.add((int) item.integer(0, Integer.MAX_VALUE)));
        } else if (!value.isNull()) {
            ids.add((int) value.integer(0, Integer.MAX_VALUE));
        }
        return ids;
    }

    private static OptionalDouble within(JsonValue value, double least, double most) {
        if (value.isNull()) {
            return OptionalDouble.empty();
        }
        double number = value.number();
        if (!(number >= least && number <= most)) {
            throw value.wrong("a number from " + least + " to " + most);
        }
        return OptionalDouble.of(number);
    }
}
