package org.ascend4j.compat.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    @Test
    void keepsOrderAndIndents() {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("z", List.of(1, -2.5, new BigInteger("12345678901234567890")));
        object.put("a", Map.of("b", true));
        object.put("none", Optional.empty());
        object.put("some", Optional.of("x"));
        assertThat(JsonWriter.write(object))
                .isEqualTo("{\n  \"z\": [\n    1,\n    -2.5,\n    12345678901234567890\n  ],\n"
                        + "  \"a\": {\n    \"b\": true\n  },\n  \"none\": null,\n  \"some\": \"x\"\n}\n");
    }

    @Test
    void writesEmptyOnesAndNullsShortly() {
        assertThat(JsonWriter.write(Map.of())).isEqualTo("{}\n");
        assertThat(JsonWriter.write(List.of())).isEqualTo("[]\n");
        assertThat(JsonWriter.write(null)).isEqualTo("null\n");
        assertThat(JsonWriter.write(Arrays.asList(null, false))).isEqualTo("[\n  null,\n  false\n]\n");
    }

    @Test
    void escapesControlQuotesAndWhatIsNotAscii() {
        assertThat(JsonWriter.write("a\"b\\c\n\r\t\u0000\u001f\u007f ~\u00e9\ud83d\ude00\ud800"))
                .isEqualTo("\"a\\\"b\\\\c\\n\\r\\t\\u0000\\u001f\\u007f ~\\u00e9\\ud83d\\ude00\\ud800\"\n");
    }

    @Test
    void refusesWhatJsonCannotSay() {
        for (Object wrong : List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
            assertThatThrownBy(() -> JsonWriter.write(wrong)).hasMessageStartingWith("JSON has no number");
        }
        assertThatThrownBy(() -> JsonWriter.write(new Object())).hasMessage("no JSON form for java.lang.Object");
    }

    @Test
    void refusesNestingWithoutEnd() {
        Object value = 1;
        for (int i = 0; i < 64; i++) {
            value = List.of(value);
        }
        Object deepest = value;
        assertThat(JsonWriter.write(deepest)).startsWith("[");
        assertThatThrownBy(() -> JsonWriter.write(List.of(deepest))).hasMessageContaining("deeper than 64");
    }
}
