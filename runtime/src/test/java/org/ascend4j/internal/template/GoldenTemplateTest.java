package org.ascend4j.internal.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.stream.Stream;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Templates against what Python's jinja2 makes of them (golden/template/make.py). */
class GoldenTemplateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2024-07-26T09:05:03Z"), ZoneOffset.UTC);

    /** One line of a golden file; {@code error} is the Python exception's name, or null. */
    record Case(String name, String template, Map<String, Object> context, String text, String error, String message) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> conversations() {
        return Stream.concat(cases("conversations.jsonl"), cases("families.jsonl"));
    }

    static Stream<Case> snippets() {
        return cases("snippets.jsonl");
    }

    private static Stream<Case> cases(String file) {
        ObjectMapper mapper = new ObjectMapper();
        return new BufferedReader(new InputStreamReader(
                        GoldenTemplateTest.class.getResourceAsStream("/golden/template/" + file),
                        StandardCharsets.US_ASCII))
                .lines()
                .map(line -> {
                    try {
                        return mapper.readValue(line, Case.class);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conversations")
    void rendersConversationsByteForByte(Case golden) {
        check(golden);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("snippets")
    void agreesOnEveryRuleOfTheLanguage(Case golden) {
        check(golden);
    }

    private static void check(Case golden) {
        if (golden.error == null) {
            assertThat(ChatTemplate.compile(golden.template, CLOCK).render(golden.context))
                    .isEqualTo(golden.text);
            return;
        }
        Throwable thrown = catchThrowable(
                () -> ChatTemplate.compile(golden.template, CLOCK).render(golden.context));
        assertThat(thrown).as(golden.message).isInstanceOf(AscendException.class);
        if (golden.error.equals("TemplateSyntaxError")) {
            assertThat(thrown).isInstanceOf(ModelFormatException.class).hasMessageContaining("chat template, line ");
        } else if (golden.error.equals("TemplateError")) {
            assertThat(thrown).isInstanceOf(InvalidRequestException.class).hasMessage("messages: " + golden.message);
        }
    }
}
