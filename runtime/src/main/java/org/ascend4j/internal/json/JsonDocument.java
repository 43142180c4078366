package org.ascend4j.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;

/**
 * Reads a JSON file of a model folder into plain values. The file is a stranger's: its bytes, depth, numbers and the count
 * of its values are bounded, and a name that comes twice in one object is an error, since readers differ in which counts.
 */
public final class JsonDocument {
    /** Far above any real depth. */
    public static final int MAX_DEPTH = 64;

    private static final int MAX_NUMBER_CHARS = 64;
    private static final int MAX_STRING_CHARS = 16 << 20;

    /** A vocabulary of 262,144 tokens with 600,000 merges as pairs has about three million. */
    private static final int MAX_VALUES = 6_000_000;

    private final String file;
    private final JsonParser parser;
    private int values;

    private JsonDocument(String file, JsonParser parser) {
        this.file = file;
        this.parser = parser;
    }

    /** A factory of parsers with the limits above. */
    public static JsonFactory factory() {
        return JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .maxStringLength(MAX_STRING_CHARS)
                        .maxNameLength(1 << 16)
                        .build())
                // Names are as many as a vocabulary has tokens: keeping them for other documents would be a leak.
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .build();
    }

    /**
     * Reads a whole file.
     *
     * @param maxBytes the longest file that is read
     * @throws ModelFormatException naming the file and the byte if it is absent, too long or not well-formed JSON
     */
    public static JsonValue read(Path file, long maxBytes) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new ModelFormatException(
                        file + (Files.exists(file) ? ": is not a regular file" : ": no such file")
                                + ", expected a JSON file");
            }
            long size = Files.size(file);
            if (size > maxBytes) {
                throw new ModelFormatException(
                        file + ": found " + size + " bytes, expected at most " + maxBytes + " in such a file");
            }
            Utf8Check.require(file, 0, size);
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
                    JsonParser parser = factory().createParser(in)) {
                return new JsonDocument(file.toString(), parser).whole();
            }
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a text.
     *
     * @param source what errors call it
     * @throws ModelFormatException if it is not one well-formed JSON value
     */
    public static JsonValue parse(String source, String text) {
        try (JsonParser parser = factory().createParser(text)) {
            return new JsonDocument(source, parser).whole();
        } catch (IOException e) {
            throw new ModelFormatException(source + ": " + e.getMessage(), e);
        }
    }

    private JsonValue whole() throws IOException {
        try {
            parser.nextToken();
            Object value = value();
            if (parser.nextToken() != null) {
                throw error("more text behind the value", "the end of the file");
            }
            return new JsonValue(file, "", value);
        } catch (StreamConstraintsException e) {
            throw error("more than the limit: " + e.getOriginalMessage(), "an ordinary file");
        } catch (JsonProcessingException e) {
            throw error(e.getOriginalMessage(), "well-formed JSON");
        }
    }

    private Object value() throws IOException {
        if (++values > MAX_VALUES) {
            throw error("more than " + MAX_VALUES + " values", "at most so many");
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw error("the end of the file", "a value");
        }
        return switch (token) {
            case START_OBJECT -> object();
            case START_ARRAY -> array();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw error(token.toString(), "a value");
        };
    }

    /** Integers beyond a long stay what they are, so that a getter can name them. */
    private Object integer() throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            BigInteger big = parser.getBigIntegerValue();
            return big;
        }
        return parser.getLongValue();
    }

    private Map<String, Object> object() throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value());
        }
        return members;
    }

    private List<Object> array() throws IOException {
        ArrayList<Object> items = new ArrayList<>(2);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value());
        }
        return items;
    }

    private ModelFormatException error(String found, String expected) {
        return new ModelFormatException(
                file + ": byte " + Math.max(0, parser.currentLocation().getByteOffset()) + ": found " + found
                        + ", expected " + expected);
    }
}
