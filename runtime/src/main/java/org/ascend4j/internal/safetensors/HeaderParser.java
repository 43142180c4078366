package org.ascend4j.internal.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.json.JsonDocument;

/**
 * Parses the JSON header of a safetensors file as it streams by and checks it by the rules of the format's own library:
 * tensors begin at 0, lie end to end without gap or overlap, and end with the file; shape times type is the extent.
 */
final class HeaderParser {
    static final int MAX_TENSORS = 1 << 16;
    static final int MAX_DIMENSIONS = 8;
    static final int MAX_NAME_CHARS = 512;
    private static final String METADATA = "__metadata__";

    private final String file;
    private final long dataStart;
    private final long dataBytes;
    private final Map<String, SafetensorsTensor> tensors = new LinkedHashMap<>();
    private JsonParser json;

    HeaderParser(String file, long dataStart, long dataBytes) {
        this.file = file;
        this.dataStart = dataStart;
        this.dataBytes = dataBytes;
    }

    /** @param header exactly the header's bytes */
    Map<String, SafetensorsTensor> parse(InputStream header) throws IOException {
        try (JsonParser parser = JsonDocument.factory().createParser(header)) {
            json = parser;
            expect(parser.nextToken(), JsonToken.START_OBJECT, "an object");
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                entry(parser.currentName());
            }
            if (parser.nextToken() != null) {
                throw error("header", "more text behind the object", "its end");
            }
        } catch (JsonProcessingException e) {
            throw error("header", e.getOriginalMessage(), "well-formed JSON");
        }
        checkExtents();
        return tensors;
    }

    private void entry(String name) throws IOException {
        if (name.equals(METADATA)) {
            metadata();
            return;
        }
        if (name.isEmpty() || name.length() > MAX_NAME_CHARS) {
            throw error("tensor name", name.length() + " characters", "1 to " + MAX_NAME_CHARS);
        }
        if (tensors.size() == MAX_TENSORS) {
            throw error("header", "more than " + MAX_TENSORS + " tensors", "at most so many");
        }
        String field = "tensor " + name;
        expect(json.nextToken(), JsonToken.START_OBJECT, field + ": an object");
        SafetensorsType type = null;
        long[] shape = null;
        long[] offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            switch (key) {
                case "dtype" -> type = type(field);
                case "shape" -> shape = integers(field + ", shape", MAX_DIMENSIONS);
                case "data_offsets" -> offsets = integers(field + ", data_offsets", 2);
                default -> throw error(field, "member \"" + shorten(key) + "\"", "dtype, shape and data_offsets only");
            }
        }
        if (type == null || shape == null || offsets == null || offsets.length != 2) {
            throw error(field, "an incomplete entry", "dtype, shape and two data_offsets");
        }
        tensors.put(name, checked(name, type, shape, offsets));
    }

    private SafetensorsTensor checked(String name, SafetensorsType type, long[] shape, long[] offsets) {
        String field = "tensor " + name;
        if (!(offsets[0] <= offsets[1] && offsets[1] <= dataBytes)) {
            throw error(
                    field + ", data_offsets",
                    Arrays.toString(offsets),
                    "a range inside the " + dataBytes + " bytes behind the header");
        }
        long extent = offsets[1] - offsets[0];
        long bytes;
        try {
            long elements = 1;
            for (long size : shape) {
                elements = Math.multiplyExact(elements, size);
            }
            bytes = type.byteSize(elements);
        } catch (ArithmeticException e) {
            throw error(field + ", shape", Arrays.toString(shape) + " of " + type, "a size of whole bytes below 2^63");
        }
        if (bytes != extent) {
            throw error(
                    field + ", data_offsets",
                    extent + " bytes",
                    bytes + ", the size of " + Arrays.toString(shape) + " of " + type);
        }
        return new SafetensorsTensor(name, type, shape, offsets[0], bytes);
    }

    private SafetensorsType type(String field) throws IOException {
        expect(json.nextToken(), JsonToken.VALUE_STRING, field + ", dtype: a string");
        SafetensorsType type = SafetensorsType.ofName(json.getText());
        if (type == null) {
            throw error(
                    field + ", dtype",
                    "\"" + shorten(json.getText()) + "\"",
                    "one of " + Arrays.toString(SafetensorsType.values()));
        }
        return type;
    }

    private long[] integers(String field, int most) throws IOException {
        expect(json.nextToken(), JsonToken.START_ARRAY, field + ": an array");
        long[] values = new long[most];
        int count = 0;
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            boolean fits = token == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                    && json.getLongValue() >= 0;
            if (!fits || count == most) {
                String found = token == null ? "the end" : shorten(json.getText());
                throw error(field, found + " at place " + count, "at most " + most + " integers from 0 to 2^63-1");
            }
            values[count++] = json.getLongValue();
        }
        return Arrays.copyOf(values, count);
    }

    private void metadata() throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, METADATA + ": an object");
        while (json.nextToken() != JsonToken.END_OBJECT) {
            expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + ": strings only");
        }
    }

    private void checkExtents() {
        List<SafetensorsTensor> ordered = new ArrayList<>(tensors.values());
        ordered.sort(
                Comparator.comparingLong(SafetensorsTensor::start).thenComparingLong(t -> t.start() + t.byteSize()));
        long end = 0;
        for (SafetensorsTensor tensor : ordered) {
            if (tensor.start() != end) {
                throw new ModelFormatException(file + ": byte " + (dataStart + tensor.start()) + ", tensor "
                        + tensor.name() + ", data_offsets: found " + (tensor.start() < end ? "an overlap" : "a gap")
                        + ", expected a start at " + end + ", where the tensor before it ends");
            }
            end = tensor.start() + tensor.byteSize();
        }
        if (end != dataBytes) {
            throw new ModelFormatException(file + ": byte " + (dataStart + end) + ": found " + (dataBytes - end)
                    + " bytes that belong to no tensor, expected the end of the file");
        }
    }

    private void expect(JsonToken found, JsonToken expected, String what) {
        if (found != expected) {
            throw error("header", found == null ? "its end" : found.toString(), what);
        }
    }

    private ModelFormatException error(String field, String found, String expected) {
        long at = 8 + Math.max(0, json.currentLocation().getByteOffset());
        return new ModelFormatException(
                file + ": byte " + at + ", " + field + ": found " + found + ", expected " + expected);
    }

    private static String shorten(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
