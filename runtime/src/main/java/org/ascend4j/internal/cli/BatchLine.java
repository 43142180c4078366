package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/**
 * One line of a batch's input: an object with {@code custom_id}, {@code method}, {@code url} and {@code body}.
 *
 * @param customId the caller's name for the line
 * @param json the whole object
 */
record BatchLine(String customId, JsonNode json) {
    /** What a line may ask for. */
    enum Kind {
        COMPLETION("/v1/completions"),
        CHAT("/v1/chat/completions");

        final String url;

        Kind(String url) {
            this.url = url;
        }
    }

    private static final int LONGEST_ID = 512;
    private static final int LONGEST_VALUE = 80;
    private static final int DEEPEST = 100;

    /** Small values take many times their text on the heap. */
    private static final int MOST_VALUES = 1 << 20;

    private static final Set<String> FIELDS = Set.of("custom_id", "method", "url", "body");

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(JsonLines.LONGEST)
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_VALUES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * Reads a line as far as its name.
     *
     * @throws InvalidRequestException if it is no JSON object, or has no usable {@code custom_id}
     */
    static BatchLine read(JsonLines.Line line) {
        if (line.bytes() == null) {
            throw new InvalidRequestException("line", "longer than " + JsonLines.LONGEST + " bytes");
        }
        JsonNode json = parse(line.bytes());
        if (!json.isObject()) {
            throw new InvalidRequestException("line", "found " + describe(json) + ", expected a JSON object");
        }
        JsonNode id = json.path("custom_id");
        if (!id.isTextual() || id.textValue().isEmpty()) {
            throw new InvalidRequestException("custom_id", "found " + describe(id) + ", expected a string");
        }
        String name = id.textValue();
        if (name.length() > LONGEST_ID) {
            throw new InvalidRequestException(
                    "custom_id", "found " + name.length() + " characters, expected at most " + LONGEST_ID);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new InvalidRequestException("custom_id", "found half of a surrogate pair, expected valid text");
        }
        return new BatchLine(name, json);
    }

    private static JsonNode parse(byte[] bytes) {
        try {
            return JSON.readTree(Utf8Text.decode(bytes));
        } catch (CharacterCodingException invalid) {
            throw new InvalidRequestException("line", "not valid UTF-8");
        } catch (JsonProcessingException malformed) {
            throw new InvalidRequestException(
                    "line", "not valid JSON: " + shortened(malformed.getOriginalMessage(), LONGEST_ID));
        }
    }

    /** What is asked for, after the envelope has been checked. */
    Kind kind() {
        refuseOthers(json, FIELDS, "");
        String method = text(json, "method");
        if (!method.equals("POST")) {
            throw new InvalidRequestException("method", "found '" + shortened(method) + "', expected POST");
        }
        String url = text(json, "url");
        for (Kind kind : Kind.values()) {
            if (kind.url.equals(url)) {
                return kind;
            }
        }
        throw new InvalidRequestException(
                "url", "found '" + shortened(url) + "', expected " + Kind.COMPLETION.url + " or " + Kind.CHAT.url);
    }

    JsonNode body() {
        JsonNode body = json.path("body");
        if (!body.isObject()) {
            throw new InvalidRequestException("body", "found " + describe(body) + ", expected a JSON object");
        }
        return body;
    }

    /** Refuses the first field that is not known: one that is not heeded would change the answer in silence. */
    static void refuseOthers(JsonNode object, Set<String> known, String prefix) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !object.get(name).isNull()) {
                throw new InvalidRequestException(prefix + shortened(name), "not supported; leave it out");
            }
        }
    }

    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new InvalidRequestException(field, "found " + describe(value) + ", expected a string");
        }
        return value.textValue();
    }

    /** A value, short enough for a message. */
    static String describe(JsonNode value) {
        if (value.isMissingNode()) {
            return "nothing";
        }
        if (value.isContainerNode()) {
            return value.isArray() ? "an array of " + value.size() : "an object";
        }
        return shortened(value.isTextual() ? "'" + value.textValue() + "'" : value.asText());
    }

    private static String shortened(String text) {
        return shortened(text, LONGEST_VALUE);
    }

    private static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }
}
