package org.ascend4j.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The collection of schemas in golden/grammar, judged by Jackson and an independent validator. */
class SchemaCollectionTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();
    private static final JsonSchemaFactory VALIDATORS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();

    private static List<JsonNode> groups() throws IOException {
        try (InputStream in = SchemaCollectionTest.class.getResourceAsStream("/golden/grammar/schemas.json")) {
            List<JsonNode> groups = new ArrayList<>();
            JSON.readTree(in).forEach(groups::add);
            assertThat(groups.size()).isGreaterThanOrEqualTo(300);
            return groups;
        }
    }

    private static Grammar compile(JsonNode group, Vocabulary vocabulary) {
        String schema = group.get("schema").toString();
        return Grammar.compile(new GrammarSpec.JsonSchema(schema), vocabulary, GrammarLimits.DEFAULT);
    }

    private static List<String> problems(JsonNode group, JsonNode instance) {
        JsonSchema validator = VALIDATORS.getSchema(group.get("schema"), STRICT);
        return validator.validate(instance).stream().map(Object::toString).toList();
    }

    @Test
    void everyAnswerOverBytesParsesAndValidates() throws IOException {
        assertThat(walk(TestVocabularies.bytes("\",\"", "\": ", "},{", "\\u00", "123", "\n  "), 6, 120))
                .isGreaterThan(1700);
    }

    @Test
    void everyAnswerOverSmolLm2ParsesAndValidates() throws IOException {
        assertThat(walk(TestVocabularies.smol(), 3, 60)).isGreaterThan(850);
    }

    /** Answers how many answers came to an end. */
    private static int walk(Vocabulary vocabulary, int seeds, int longest) throws IOException {
        int ended = 0;
        List<String> wrong = new ArrayList<>();
        for (JsonNode group : groups()) {
            Grammar grammar = compile(group, vocabulary);
            for (int seed = 0; seed < seeds; seed++) {
                String what = group.get("description").textValue() + ", seed " + seed;
                String answer = Walker.write(grammar, new Random(seed), longest);
                if (answer == null) {
                    continue;
                }
                ended++;
                JsonNode value = JSON.readTree(answer);
                List<String> problems = problems(group, value);
                if (!problems.isEmpty()) {
                    wrong.add(what + ": " + answer + " " + problems);
                }
            }
        }
        assertThat(wrong).isEmpty();
        return ended;
    }

    /** Compact and, unless the schema lists values, which have one spelling, indented. */
    private static List<String> spellings(JsonNode schema, JsonNode data) throws IOException {
        String compact = JSON.writeValueAsString(data);
        if (schema.has("enum") || schema.has("const")) {
            return List.of(compact);
        }
        String indented = JSON.writerWithDefaultPrettyPrinter().writeValueAsString(data);
        return List.of(compact, indented.replace(" : ", ": "));
    }

    @Test
    void readsValidInstancesAndNoInvalidOnes() throws IOException {
        Vocabulary vocabulary = TestVocabularies.bytes();
        List<String> wrong = new ArrayList<>();
        int checked = 0;
        for (JsonNode group : groups()) {
            Grammar grammar = compile(group, vocabulary);
            for (JsonNode test : group.get("tests")) {
                JsonNode data = test.get("data");
                boolean valid = test.get("valid").booleanValue();
                String what = group.get("description").textValue() + ": " + data;
                if (problems(group, data).isEmpty() != valid) {
                    wrong.add("the validator disagrees on " + what);
                }
                for (String text : spellings(group.get("schema"), data)) {
                    checked++;
                    if (Walker.reads(grammar, text) != valid) {
                        wrong.add(what + " expected " + valid);
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(checked).isGreaterThan(1500);
    }
}
