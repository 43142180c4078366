package org.ascend4j.internal.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is refused by name, and what must stay cheap whatever it asks for. */
class HostileGrammarTest {
    private static final Vocabulary BYTES = TestVocabularies.bytes("aa", "aaaa", "aaaaaaaaaaaaaaaa", "\",\"");

    private static GrammarSpec schema(String text) {
        return new GrammarSpec.JsonSchema(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'not':{}}~keyword \"not\" is not supported",
                "{'properties':{'a':{'if':{}}}}~#/properties/a: keyword \"if\" is not supported",
                "{'type':'array','uniqueItems':true}~keyword \"uniqueItems\" is not supported",
                "{'contains':{}}~\"contains\"",
                "{'propertyNames':{}}~\"propertyNames\"",
                "{'dependentRequired':{}}~\"dependentRequired\"",
                "{'unevaluatedProperties':false}~\"unevaluatedProperties\"",
                "{'nullable':true}~\"nullable\"",
                "{'type':'date'}~keyword \"type\" has a value of the wrong kind",
                "{'minLength':-1}~keyword \"minLength\"",
                "{'maxLength':1.5}~keyword \"maxLength\"",
                "{'multipleOf':0}~a number above 0",
                "{'exclusiveMinimum':true}~keyword \"exclusiveMinimum\"",
                "{'required':'a'}~keyword \"required\"",
                "{'enum':{}}~keyword \"enum\"",
                "{'enum':[]}~no finite text matches",
                "{'type':'string','format':'color'}~\"format\" with \"color\" is not supported",
                "{'type':'string','pattern':'a(?=b)'}~look-ahead",
                "{'$ref':'#/x'}~leads to no schema",
                "{'$ref':'http://example.com/x'}~\"$ref\" to \"http://example.com/x\" is not supported",
                "{'$ref':'#'}~no finite text matches",
                "{'anyOf':[{'$ref':'#'},{'type':'null'}]}~left recursion",
                "{'allOf':[{'$ref':'#'}]}~unfold without end",
                "{'type':'integer','minimum':5,'maximum':4}~no finite text matches",
                "{'type':'object','properties':{'a':{'$ref':'#'}},'required':['a']}~no finite text matches",
                "{'oneOf':[{'type':'integer'},{'type':'number'}]}~branches 0 and 1 are not provably disjoint",
                "{'oneOf':[{'type':'string','maxLength':3},{'type':'string','minLength':2}]}~not provably disjoint",
                "{'allOf':[{'const':1},{'const':2}]}~contradict",
                "{'type':'number','minimum':1e99}~more than 40 digits",
                "{'type':'number','multipleOf':1e999999999}~digits",
                "{'type':'object','required':['a'],'additionalProperties':false}~\"required\" names \"a\"",
                "{'type':'object','additionalProperties':true,'minProperties':5}~\"minProperties\" of 5",
                "{'a':1,'a':2}~not a JSON text",
                "{\"type\":~not a JSON text (line 1",
                "[]~expected a schema",
            })
    void refusesSchemasByKeyword(String schema, String message) {
        String text = schema.contains("'") ? schema.replace('\'', '"') : schema;
        assertThatThrownBy(() -> Grammar.compile(schema(text), BYTES, GrammarLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith("jsonSchema: ")
                .hasMessageContaining(message);
    }

    static List<GrammarSpec> hostile() {
        List<GrammarSpec> specs = new ArrayList<>();
        for (String expression : List.of(
                "(a+)+$",
                "((a*)*)*b",
                "(a|aa)+b",
                "(a|a|a|a)*(a|b){30}c",
                "(a?){50}a{50}",
                "((a{1,1000}){1,1000}){1,1000}",
                "(((a{0,9}){0,9}){0,9}){0,9}",
                "(a|aa|aaa){1,100000}",
                "[ab]*a[ab]{500}",
                "(x{1,100000}y{1,100000}){1,100000}",
                "(" + "a|".repeat(20_000) + "b)",
                "(".repeat(199) + "a" + ")*".repeat(199),
                "(".repeat(5000) + "a" + ")".repeat(5000),
                "a".repeat(600_000),
                "["
                        + IntStream.range(0x100, 0xD000)
                                .filter(c -> c % 2 == 0)
                                .mapToObj(Character::toString)
                                .collect(Collectors.joining())
                        + "]+")) {
            specs.add(new GrammarSpec.Regex(expression));
            specs.add(schema(
                    "{\"type\":\"string\",\"pattern\":" + quoted("^" + expression + "$") + ",\"maxLength\":60}"));
        }
        specs.add(schema("{\"type\":\"array\",\"items\":".repeat(150) + "{}" + "}".repeat(150)));
        specs.add(schema("[".repeat(100_000)));
        specs.add(schema("{\"anyOf\":[" + "{\"type\":\"integer\"},".repeat(40_000) + "{}]}"));
        specs.add(schema("{\"allOf\":[" + "{\"anyOf\":[{\"minimum\":1},{\"minimum\":2},{\"minimum\":3}]},".repeat(30)
                + "{\"type\":\"integer\"}]}"));
        specs.add(schema("{\"type\":\"object\",\"properties\":{"
                + IntStream.range(0, 3000)
                        .mapToObj(i -> "\"p" + i + "\":{\"type\":\"string\"}")
                        .collect(Collectors.joining(","))
                + "}}"));
        specs.add(schema("{\"enum\":["
                + IntStream.range(0, 50_000)
                        .mapToObj(i -> "\"value number " + i + "\"")
                        .collect(Collectors.joining(","))
                + "]}"));
        specs.add(schema("{\"type\":\"integer\",\"multipleOf\":4999,\"minimum\":-1e39,\"maximum\":1e39}"));
        specs.add(schema("{\"type\":\"string\",\"minLength\":1000000,\"maxLength\":2000000}"));
        specs.add(schema("{\"type\":\"string\",\"pattern\":\"a.*b.*c.*d\",\"maxLength\":5000}"));
        StringBuilder doubling = new StringBuilder("{\"$defs\":{\"d0\":{\"type\":\"integer\"}");
        for (int i = 1; i < 40; i++) {
            doubling.append(",\"d")
                    .append(i)
                    .append("\":{\"allOf\":[{\"$ref\":\"#/$defs/d")
                    .append(i - 1)
                    .append("\"},{\"$ref\":\"#/$defs/d")
                    .append(i - 1)
                    .append("\"}]}");
        }
        specs.add(schema(doubling + "},\"$ref\":\"#/$defs/d39\"}"));
        specs.add(new GrammarSpec.Cfg("root ::= s\ns ::= \"a\" s s | \"a\""));
        specs.add(new GrammarSpec.Cfg("root ::= \"a\" root \"a\" | \"b\" root \"b\" | \"a\""));
        specs.add(new GrammarSpec.Cfg("root ::= " + "(".repeat(100_000)));
        specs.add(new GrammarSpec.Choice(
                IntStream.range(0, 100_000).mapToObj(i -> "aaaaaaaa" + i).toList()));
        return specs;
    }

    private static String quoted(String text) {
        return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void isRefusedOrStaysBounded(GrammarSpec spec) {
        long start = System.nanoTime();
        int followed = 0;
        try {
            Grammar grammar = Grammar.compile(spec, BYTES, GrammarLimits.DEFAULT);
            GrammarMatcher matcher = grammar.matcher();
            int[] mask = new int[BYTES.maskWords()];
            Random random = new Random(3);
            while (followed < 150 && matcher.fillMask(mask)) {
                int id = Walker.pick(mask, random);
                assertThat(id).isNotNegative();
                assertThat(matcher.accept(id)).isTrue();
                followed++;
            }
        } catch (InvalidRequestException e) {
            assertThat(e.getMessage()).hasSizeLessThan(2000);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        assertThat(seconds).as("seconds, " + followed + " tokens").isLessThan(20);
    }

    @Test
    void refusesSourcesOverTheirLimit() {
        String big = "{\"description\":\"" + "x".repeat(1 << 20) + "\"}";
        assertThatThrownBy(() -> Grammar.compile(schema(big), BYTES, GrammarLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("expected at most 1048576");
    }

    @Test
    void stopsCompilingWhenItsTimeIsUp() {
        GrammarLimits hasty = new GrammarLimits(1 << 20, 400_000, 512, 4096, 1, 1 << 20);
        assertThatThrownBy(() -> Grammar.compile(
                        schema("{\"type\":\"string\",\"pattern\":\"a.*b.*c.*d\",\"maxLength\":5000}"), BYTES, hasty))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("longer than 1 ms");
    }

    @Test
    void compilesOnceOffTheCallersThread() {
        GrammarCache cache = new GrammarCache(BYTES, GrammarLimits.DEFAULT, 2);
        ExecutorService pool = Executors.newFixedThreadPool(2);
        try {
            CompletableFuture<Grammar> one = cache.get(schema("{\"type\":\"integer\"}"), pool);
            CompletableFuture<Grammar> two = cache.get(schema("{\"type\":\"integer\"}"), pool);
            assertThat(one.join()).isSameAs(two.join());
            assertThat(cache.get(schema("{\"type\":\"integer\"}"))).isSameAs(one.join());
            assertThatThrownBy(() -> cache.get(schema("{\"not\":{}}"), pool).join())
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> cache.get(schema("{\"not\":{}}"))).isInstanceOf(InvalidRequestException.class);
            cache.get(new GrammarSpec.Regex("a"));
            cache.get(new GrammarSpec.Regex("b"));
            assertThat(cache.size()).isEqualTo(2);
            assertThat(cache.get(schema("{\"type\":\"integer\"}"))).isNotSameAs(one.join());
        } finally {
            pool.shutdown();
        }
    }
}
