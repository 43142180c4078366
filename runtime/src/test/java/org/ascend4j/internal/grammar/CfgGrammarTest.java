package org.ascend4j.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CfgGrammarTest {
    private static final Vocabulary BYTES = TestVocabularies.bytes();
    private static final String ARITHMETIC = "# sums and products\n"
            + "root   ::= sum\n"
            + "sum    ::= product ((\" + \" | \" - \") product)*\n"
            + "product ::= atom (\"*\" atom)*\n"
            + "atom   ::= [0-9]{1,4}\n"
            + "         | \"(\" sum \")\"\n";

    private static Grammar cfg(String grammar) {
        return Grammar.compile(new GrammarSpec.Cfg(grammar), BYTES, GrammarLimits.DEFAULT);
    }

    @Test
    void readsNestedExpressions() {
        Grammar grammar = cfg(ARITHMETIC);
        assertThat(Walker.reads(grammar, "1 + 22*(3 - (4*5))")).isTrue();
        assertThat(Walker.reads(grammar, "(((((7)))))")).isTrue();
        assertThat(Walker.reads(grammar, "1 + ")).isFalse();
        assertThat(Walker.reads(grammar, "(1")).isFalse();
        assertThat(Walker.accepted(grammar.matcher(), "1+2")).isEqualTo(1);
        assertThat(Walker.accepted(grammar.matcher(), "12345")).isEqualTo(4);
    }

    @Test
    void whatItWritesItReads() {
        Grammar grammar = cfg(ARITHMETIC);
        for (int seed = 0; seed < 30; seed++) {
            String text = Walker.write(grammar, new Random(seed), 40);
            if (text != null) {
                assertThat(Walker.reads(grammar, text))
                        .as("seed " + seed + ": " + text)
                        .isTrue();
            }
        }
    }

    @Test
    void readsEveryNotation() {
        Grammar grammar =
                cfg("root ::= \"\\x41\\u00e9\\n\" [^a-c\\]]? item{2,} .{0,2} (\"x\" | )\nitem ::= \"<\" [\\-+] \">\"");
        assertThat(Walker.reads(grammar, "A\u00e9\n<-><+>")).isTrue();
        assertThat(Walker.reads(grammar, "A\u00e9\nz<-><+><->\u4e2d!x")).isTrue();
        assertThat(Walker.reads(grammar, "A\u00e9\na<-><+>")).isFalse();
        assertThat(Walker.reads(grammar, "A\u00e9\n<->")).isFalse();
    }

    @Test
    void followsRightRecursionWithoutDeepening() {
        Grammar grammar = cfg("root ::= \"a\" root | \"b\"");
        assertThat(Walker.reads(grammar, "a".repeat(20_000) + "b")).isTrue();
    }

    @Test
    void neverNestsDeeperThanItCanClose() {
        GrammarLimits shallow = new GrammarLimits(1 << 20, 400_000, 6, 4096, 5000, 1 << 20);
        Grammar grammar = Grammar.compile(
                new GrammarSpec.Cfg("root ::= \"(\" root \")\" | \"[\" (root \",\"){2} \"]\" | \"x\""), BYTES, shallow);
        GrammarMatcher matcher = grammar.matcher();
        assertThat(Walker.accepted(matcher, "((((((((((")).isLessThan(10);
        for (int seed = 0; seed < 50; seed++) {
            Walker.write(grammar, new Random(seed), 400);
        }
    }

    @Test
    void recursionThroughEmptyRulesWorks() {
        Grammar grammar = cfg("root ::= gap \"(\" gap root? gap \")\" gap\ngap ::= \" \"*");
        assertThat(Walker.reads(grammar, " ( ( () ) )  ")).isTrue();
        assertThat(Walker.reads(grammar, "(()")).isFalse();
    }

    @Test
    void choicesAreExactlyTheListedTexts() {
        Grammar grammar = Grammar.compile(
                new GrammarSpec.Choice(List.of("yes", "no", "nope", "\u00e9")), BYTES, GrammarLimits.DEFAULT);
        for (String text : List.of("yes", "no", "nope", "\u00e9")) {
            assertThat(Walker.reads(grammar, text)).isTrue();
        }
        assertThat(Walker.reads(grammar, "nop")).isFalse();
        assertThat(Walker.accepted(grammar.matcher(), "yesno")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "root ::= other~rule \"other\" is not defined",
                "start ::= \"a\"~no rule is named \"root\"",
                "root ::= \"a~line 1, column 10: unclosed text",
                "root ::= [a-~unclosed character class",
                "root ::= (\"a\"~unclosed parenthesis",
                "root = \"a\"~expected ::=",
                "root ::= root \"a\" | \"b\"~left recursion",
                "root ::= \"a\" root~no finite text matches",
                "root ::= \"a\"{3,1}~bounds out of order",
                "root ::= \"a\\q\"~unknown escape",
                "root ::= \"a\" } ~unexpected character",
            })
    void refusesByNameAndPosition(String grammar, String message) {
        assertThatThrownBy(() -> cfg(grammar))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("grammar: ")
                .hasMessageContaining(message);
    }

    @Test
    void refusesTextsTheVocabularyCannotWrite() {
        byte[][] tokens = {{'a'}, {'b'}, {'a', 'c'}, {}};
        Vocabulary few = Vocabulary.of(tokens, java.util.Set.of(3));
        assertThatThrownBy(() -> Grammar.compile(new GrammarSpec.Choice(List.of("ac")), few, GrammarLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("needs byte 0x63");
        assertThatThrownBy(() -> Grammar.compile(new GrammarSpec.Regex("[c-z]"), few, GrammarLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("no finite text matches");
        Grammar narrowed = Grammar.compile(new GrammarSpec.Regex("[a-z]+"), few, GrammarLimits.DEFAULT);
        assertThat(narrowed.matcher().accept(0)).isTrue();
        assertThat(narrowed.matcher().accept(3)).isFalse();
    }
}
