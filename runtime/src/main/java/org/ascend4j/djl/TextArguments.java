package org.ascend4j.djl;

import java.util.Map;
import java.util.function.BiFunction;
import org.ascend4j.GenerationOptions;
import org.ascend4j.error.InvalidRequestException;

/**
 * How plain text is answered: greedily up to the model's end unless a translator's arguments {@code max_tokens},
 * {@code temperature}, {@code top_p}, {@code top_k}, {@code min_p} and {@code seed} say more. They come from
 * {@code optArgument} or stand in a {@code serving.properties} without a prefix; all others are somebody else's.
 */
final class TextArguments {
    private TextArguments() {}

    /** @throws InvalidRequestException naming the argument that is wrong */
    static GenerationOptions read(Map<String, ?> arguments) {
        GenerationOptions options = GenerationOptions.defaults();
        options = set(options, arguments, "max_tokens", (o, text) -> o.withMaxTokens(Integer.parseInt(text)));
        options = set(options, arguments, "temperature", (o, text) -> o.withTemperature(Double.parseDouble(text)));
        options = set(options, arguments, "top_p", (o, text) -> o.withTopP(Double.parseDouble(text)));
        options = set(options, arguments, "top_k", (o, text) -> o.withTopK(Integer.parseInt(text)));
        options = set(options, arguments, "min_p", (o, text) -> o.withMinP(Double.parseDouble(text)));
        return set(options, arguments, "seed", (o, text) -> o.withSeed(Long.parseLong(text)));
    }

    private static GenerationOptions set(
            GenerationOptions options,
            Map<String, ?> arguments,
            String name,
            BiFunction<GenerationOptions, String, GenerationOptions> change) {
        Object value = arguments == null ? null : arguments.get(name);
        if (value == null) {
            return options;
        }
        try {
            return change.apply(options, value.toString().strip());
        } catch (NumberFormatException malformed) {
            throw new InvalidRequestException(name, "found '" + value + "', expected a number");
        }
    }
}
