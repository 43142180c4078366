package org.ascend4j.internal.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/** JSON as requests carry it: strict UTF-8, no field twice, bounded in every direction. */
public final class RequestJson {
    /** Longer texts than any context can hold; keeps a wrong request from filling the heap. */
    public static final int LONGEST = 16 << 20;

    private static final int LONGEST_REASON = 512;
    private static final int LONGEST_VALUE = 80;
    private static final int DEEPEST = 100;

    /** Small values take many times their text on the heap. */
    private static final int MOST_VALUES = 1 << 20;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(LONGEST)
                            .maxNestingDepth(DEEPEST)
                            .maxTokenCount(MOST_VALUES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private RequestJson() {}

    /**
     * Reads an object.
     *
     * @param what the name of the whole in errors
     * @throws InvalidRequestException if it is anything else
     */
    public static JsonNode object(byte[] bytes, String what) {
        JsonNode json = parse(bytes, what);
        if (!json.isObject()) {
            throw new InvalidRequestException(what, "found " + describe(json) + ", expected a JSON object");
        }
        return json;
    }

    private static JsonNode parse(byte[] bytes, String what) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return JSON.readTree(text);
        } catch (CharacterCodingException invalid) {
            throw new InvalidRequestException(what, "not valid UTF-8");
        } catch (JsonProcessingException malformed) {
            throw new InvalidRequestException(
                    what, "not valid JSON: " + shortened(malformed.getOriginalMessage(), LONGEST_REASON));
        }
    }

    /** Refuses the first field that is not known: one that is not heeded would change the answer in silence. */
    public static void refuseOthers(JsonNode object, Set<String> known, String prefix) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !object.get(name).isNull()) {
                throw new InvalidRequestException(prefix + shortened(name), "not supported; leave it out");
            }
        }
    }

    /** A value, short enough for a message. */
    public static String describe(JsonNode value) {
        if (value.isMissingNode()) {
            return "nothing";
        }
        if (value.isContainerNode()) {
            return value.isArray() ? "an array of " + value.size() : "an object";
        }
        return shortened(value.isTextual() ? "'" + value.textValue() + "'" : value.asText());
    }

    /** A text, short enough for a message. */
    public static String shortened(String text) {
        return shortened(text, LONGEST_VALUE);
    }

    private static String shortened(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most) + "…";
    }
}
