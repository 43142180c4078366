package org.ascend4j.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegexGrammarTest {
    private static final Vocabulary BYTES = TestVocabularies.bytes("ab", "ba", "aab", "b\u00e9", "cab");

    private static Grammar regex(String expression) {
        return Grammar.compile(new GrammarSpec.Regex(expression), BYTES, GrammarLimits.DEFAULT);
    }

    @Test
    void agreesWithJavaOnRandomExpressionsAndTexts() {
        long seed = 20260101;
        System.out.println("random expressions: seed " + seed);
        Random random = new Random(seed);
        int matches = 0;
        for (int i = 0; i < 400; i++) {
            String expression = expression(random, 3);
            Grammar grammar;
            try {
                grammar = regex(expression);
            } catch (InvalidRequestException e) {
                throw new AssertionError(expression, e);
            }
            Pattern pattern = Pattern.compile(expression, Pattern.DOTALL);
            for (int j = 0; j < 60; j++) {
                String text = text(random);
                boolean matched = pattern.matcher(text).matches();
                matches += matched ? 1 : 0;
                assertThat(Walker.reads(grammar, text))
                        .as(expression + " on " + text)
                        .isEqualTo(matched);
            }
            String written = Walker.write(grammar, random, 30);
            if (written != null) {
                assertThat(pattern.matcher(written).matches())
                        .as(expression + " wrote " + written)
                        .isTrue();
            }
        }
        assertThat(matches).isGreaterThan(500);
    }

    private static String expression(Random random, int depth) {
        switch (depth == 0 ? random.nextInt(4) : random.nextInt(9)) {
            case 0:
            case 1:
                return String.valueOf("abc\u00e9".charAt(random.nextInt(4)));
            case 2:
                return List.of("[ab]", "[^a]", "[b-d\u00e9]", "[^\u00e9]").get(random.nextInt(4));
            case 3:
                return List.of("\\w", "\\d", "[\\d\\w]", "\\x62").get(random.nextInt(4));
            case 4:
            case 5:
                return expression(random, depth - 1) + expression(random, depth - 1);
            case 6:
                return "(?:" + expression(random, depth - 1) + "|" + expression(random, depth - 1) + ")";
            default:
                String mark = List.of("*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}", "*?")
                        .get(random.nextInt(8));
                return "(" + expression(random, depth - 1) + ")" + mark;
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append("abcd\u00e91".charAt(random.nextInt(6)));
        }
        return text.toString();
    }

    @Test
    void rejectsAtTheFirstByteThatCannotFit() {
        Grammar grammar = regex("[a-c]{2,4}-\\d+");
        assertThat(Walker.accepted(grammar.matcher(), "abx")).isEqualTo(2);
        assertThat(Walker.accepted(grammar.matcher(), "a-1")).isEqualTo(1);
        assertThat(Walker.accepted(grammar.matcher(), "abcab")).isEqualTo(4);
        assertThat(Walker.accepted(grammar.matcher(), "abc-1x")).isEqualTo(5);
    }

    @Test
    void masksAreExactlyWhatIsAccepted() {
        Random random = new Random(5);
        for (String expression :
                List.of("(a|ab|b\u00e9)*c?", "[a-c]{3,5}", ".{2,3}b", "(ab?){2,4}c", "(\\w+ ?){1,3}")) {
            Grammar grammar = regex(expression);
            for (int walk = 0; walk < 20; walk++) {
                GrammarMatcher matcher = grammar.matcher();
                int[] mask = new int[BYTES.maskWords()];
                for (int step = 0; step < 12 && matcher.fillMask(mask); step++) {
                    for (int id = 0; id < BYTES.size(); id++) {
                        assertThat(matcher.fork().accept(id))
                                .as(expression + ": token " + id)
                                .isEqualTo(Walker.allowed(mask, id));
                    }
                    assertThat(matcher.accept(Walker.pick(mask, random))).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "a(?=b)~look-ahead is not supported (character 2",
                "(?<!a)b~look-behind is not supported (character 1",
                "(a)\\1~back references and octal escapes are not supported (character 4",
                "\\bword~word boundary",
                "a^b~anchor is only supported at an end of the expression (character 2",
                "(a~unclosed group (character 1",
                "a)~unmatched ')' (character 2",
                "[a~unclosed character class (character 1",
                "*a~nothing to repeat",
                "a**~nothing to repeat",
                "a{3,1}~bounds out of order",
                "a{99999999}~at most 9999999",
                "\\p{L}~Unicode properties",
                "[b-a]~not a range",
                "\\q~unknown escape"
            })
    void refusesByNameAndPosition(String expression, String message) {
        assertThatThrownBy(() -> regex(expression))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("regex: ")
                .hasMessageContaining(message);
    }

    @Test
    void boundsCostNoStates() {
        long start = System.nanoTime();
        Grammar grammar = regex("([a-c]{1,100000}-){1,100000}");
        assertThat((System.nanoTime() - start) / 1e9).isLessThan(2);
        assertThat(Walker.accepted(grammar.matcher(), "abc-".repeat(2000))).isEqualTo(8000);
        assertThat(Walker.reads(regex("a{1000,100000}"), "a".repeat(1000))).isTrue();
        assertThat(Walker.reads(regex("a{1000,100000}"), "a".repeat(999))).isFalse();
        assertThat(Walker.reads(regex("(ab){50}"), "ab".repeat(50))).isTrue();
        assertThat(Walker.reads(regex("(ab){50}"), "ab".repeat(51))).isFalse();
    }

    @Test
    void forksAndRollsBack() {
        GrammarMatcher matcher = regex("a{2}b*").matcher();
        assertThat(matcher.accept('a')).isTrue();
        GrammarMatcher fork = matcher.fork();
        assertThat(matcher.accept('a')).isTrue();
        assertThat(matcher.isComplete()).isTrue();
        assertThat(fork.isComplete()).isFalse();
        assertThat(matcher.accept('b')).isTrue();
        assertThat(matcher.accept(TestVocabularies.BYTES_END)).isTrue();
        assertThat(matcher.mustEnd()).isTrue();
        matcher.rollback(3);
        assertThat(matcher.acceptedTokens()).isEqualTo(1);
        assertThat(matcher.accept('b')).isFalse();
        assertThat(matcher.accept('a')).isTrue();
        assertThat(fork.accept(TestVocabularies.BYTES_END)).isFalse();
        assertThatThrownBy(() -> fork.rollback(2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void followsAsBeforeAfterForgettingWhatItKept() {
        GrammarLimits small = new GrammarLimits(1 << 20, 400_000, 512, 4096, 5000, 1);
        Grammar tight = Grammar.compile(new GrammarSpec.JsonObject(), BYTES, small);
        Grammar roomy = Grammar.compile(new GrammarSpec.JsonObject(), BYTES, GrammarLimits.DEFAULT);
        List<String> written = new ArrayList<>();
        for (int seed = 0; seed < 10; seed++) {
            written.add(Walker.write(tight, new Random(seed), 80));
            assertThat(written.get(seed)).isEqualTo(Walker.write(roomy, new Random(seed), 80));
        }
    }
}
