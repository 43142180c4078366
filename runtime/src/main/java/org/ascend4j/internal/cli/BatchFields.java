package org.ascend4j.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/** The fields of one JSON object, each of the type that is expected; null counts as absent. */
final class BatchFields {
    /** Read only as far as seeing that they ask for nothing: the value that does, as JSON. */
    private static final Map<String, Set<String>> NOTHING = Map.ofEntries(
            Map.entry("stream", Set.of("false")),
            Map.entry("stream_options", Set.of("{}")),
            Map.entry("echo", Set.of("false")),
            Map.entry("suffix", Set.of("\"\"")),
            Map.entry("best_of", Set.of("1")),
            Map.entry("store", Set.of("false")),
            Map.entry("stop", Set.of("[]")),
            Map.entry("logprobs", Set.of("false")),
            Map.entry("logit_bias", Set.of("{}")),
            Map.entry("frequency_penalty", Set.of("0", "0.0")),
            Map.entry("presence_penalty", Set.of("0", "0.0")),
            Map.entry("repetition_penalty", Set.of("1", "1.0")),
            Map.entry("min_p", Set.of("0", "0.0")),
            Map.entry("min_tokens", Set.of("0")));

    static final Set<String> NEUTRAL = NOTHING.keySet();

    private final JsonNode object;
    private final String prefix;

    /** @param prefix in front of a field's name in errors */
    BatchFields(JsonNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    boolean has(String field) {
        return object.hasNonNull(field);
    }

    /** @param absent null if the field has to be there */
    String text(String field, String absent) {
        JsonNode value = object.path(field);
        if (value.isTextual()) {
            return value.textValue();
        }
        if (absent == null || has(field)) {
            throw wrong(field, "a string");
        }
        return absent;
    }

    boolean flag(String field) {
        if (has(field) && !object.get(field).isBoolean()) {
            throw wrong(field, "true or false");
        }
        return object.path(field).booleanValue();
    }

    int whole(String field, int absent, int least, int most) {
        if (!has(field)) {
            return absent;
        }
        JsonNode value = object.get(field);
        if (!(value.isInt() && value.intValue() >= least && value.intValue() <= most)) {
            throw wrong(field, "a whole number from " + least + " to " + most);
        }
        return value.intValue();
    }

    long seed(String field) {
        JsonNode value = object.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(field, "a whole number of 64 bits");
        }
        return value.longValue();
    }

    /** Finite; the range is the options' matter. */
    double number(String field, double absent) {
        if (!has(field)) {
            return absent;
        }
        JsonNode value = object.get(field);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(field, "a number");
        }
        return value.doubleValue();
    }

    /** Refuses a field that asks for what cannot be had. */
    void requireNeutral() {
        for (String field : NEUTRAL) {
            if (has(field) && !NOTHING.get(field).contains(object.get(field).toString())) {
                throw new InvalidRequestException(
                        prefix + field,
                        "found " + BatchLine.describe(object.get(field)) + ", not supported; leave it out");
            }
        }
    }

    private InvalidRequestException wrong(String field, String expected) {
        return new InvalidRequestException(
                prefix + field, "found " + BatchLine.describe(object.path(field)) + ", expected " + expected);
    }

    /** The same error with the field as JSON spells it. */
    static InvalidRequestException respelled(InvalidRequestException wrong) {
        String rest = wrong.getMessage().substring(wrong.field().length() + 2);
        return new InvalidRequestException(wrong.field().replace('-', '_'), rest);
    }
}
