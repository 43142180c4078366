package org.ascend4j.internal.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/** The fields of one JSON object, each of the type that is expected; null counts as absent. */
public final class RequestFields {
    /** Read only as far as seeing that they ask for nothing: the value that does, as JSON. */
    private static final Map<String, Set<String>> NOTHING = Map.ofEntries(
            Map.entry("echo", Set.of("false")),
            Map.entry("suffix", Set.of("\"\"")),
            Map.entry("best_of", Set.of("1")),
            Map.entry("store", Set.of("false")));

    /** Options whose field is not just spelled with underscores. */
    private static final Map<String, String> SPELLED = Map.of(
            "stop-tokens", "stop_token_ids",
            "allowed-tokens", "allowed_token_ids",
            "ignore-end", "ignore_eos",
            "jsonSchema", "response_format",
            "regex", "structured_outputs",
            "choice", "structured_outputs",
            "grammar", "structured_outputs");

    static final Set<String> NEUTRAL = NOTHING.keySet();

    private final JsonNode object;
    private final String prefix;

    /** @param prefix in front of a field's name in errors */
    public RequestFields(JsonNode object, String prefix) {
        this.object = object;
        this.prefix = prefix;
    }

    public boolean has(String field) {
        return object.hasNonNull(field);
    }

    /** @param absent null if the field has to be there */
    public String text(String field, String absent) {
        JsonNode value = object.path(field);
        if (value.isTextual()) {
            return value.textValue();
        }
        if (absent == null || has(field)) {
            throw wrong(field, "a string");
        }
        return absent;
    }

    public boolean flag(String field) {
        if (has(field) && !object.get(field).isBoolean()) {
            throw wrong(field, "true or false");
        }
        return object.path(field).booleanValue();
    }

    public int whole(String field, int absent, int least, int most) {
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
                        "found " + RequestJson.describe(object.get(field)) + ", not supported; leave it out");
            }
        }
    }

    /** The fields of an object that is a field. */
    RequestFields object(String field) {
        if (!object.path(field).isObject()) {
            throw wrong(field, "an object");
        }
        return new RequestFields(object.get(field), prefix + field + ".");
    }

    /** A value of any type that has to be there. */
    JsonNode json(String field) {
        if (!has(field)) {
            throw wrong(field, "a value");
        }
        return object.get(field);
    }

    /** How many fields are there. */
    int count() {
        int count = 0;
        for (JsonNode value : object) {
            count += value.isNull() ? 0 : 1;
        }
        return count;
    }

    /** The object as JSON. */
    @Override
    public String toString() {
        return object.toString();
    }

    public void refuseOthers(Set<String> known) {
        RequestJson.refuseOthers(object, known, prefix);
    }

    /** A string or an array of strings. */
    List<String> texts(String field) {
        JsonNode value = object.path(field);
        if (!has(field)) {
            return List.of();
        }
        if (value.isTextual()) {
            return List.of(value.textValue());
        }
        List<String> texts = new ArrayList<>();
        for (JsonNode each : requireArray(field)) {
            if (!each.isTextual()) {
                throw wrong(field, "a string or an array of strings");
            }
            texts.add(each.textValue());
        }
        return texts;
    }

    public List<Integer> tokens(String field) {
        List<Integer> tokens = new ArrayList<>();
        for (JsonNode each : has(field) ? requireArray(field) : List.<JsonNode>of()) {
            if (!each.isInt()) {
                throw wrong(field, "an array of token ids");
            }
            tokens.add(each.intValue());
        }
        return tokens;
    }

    /** The items of an array; none if there is no such field. */
    List<JsonNode> list(String field) {
        List<JsonNode> items = new ArrayList<>();
        if (has(field)) {
            requireArray(field).forEach(items::add);
        }
        return items;
    }

    private JsonNode requireArray(String field) {
        if (!object.get(field).isArray()) {
            throw wrong(field, "an array");
        }
        return object.get(field);
    }

    /** An object with token ids as names, which JSON makes strings, and numbers. */
    Map<Integer, Double> bias(String field) {
        Map<Integer, Double> bias = new HashMap<>();
        if (!has(field)) {
            return bias;
        }
        JsonNode value = object.get(field);
        if (!value.isObject()) {
            throw wrong(field, "an object from token ids to numbers");
        }
        for (Map.Entry<String, JsonNode> each : value.properties()) {
            if (!each.getKey().matches("[0-9]{1,9}") || !each.getValue().isNumber()) {
                throw wrong(field, "an object from token ids to numbers");
            }
            bias.put(Integer.valueOf(each.getKey()), each.getValue().doubleValue());
        }
        return bias;
    }

    public InvalidRequestException wrong(String field, String expected) {
        return new InvalidRequestException(
                prefix + field, "found " + RequestJson.describe(object.path(field)) + ", expected " + expected);
    }

    /** An error of the library, with the field as JSON spells it. */
    public static InvalidRequestException respelled(InvalidRequestException wrong) {
        String rest = wrong.getMessage().substring(wrong.field().length() + 2);
        return new InvalidRequestException(
                SPELLED.getOrDefault(wrong.field(), wrong.field().replace('-', '_')), rest);
    }
}
