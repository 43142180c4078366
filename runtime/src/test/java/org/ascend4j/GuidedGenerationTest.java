package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.model.Golden;
import org.ascend4j.internal.model.LoadedModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Formats, stop strings, log probabilities and prefixes, on the real model. */
class GuidedGenerationTest {
    private static final GenerationOptions SHORT = GenerationOptions.defaults().withMaxTokens(48);

    private static Llm llm;

    @BeforeAll
    static void open() {
        llm = Llm.open(SmolLm2.file(), LlmOptions.builder().contextLength(2048).build());
    }

    @AfterAll
    static void close() {
        llm.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void answersByTheSchema(long seed) throws Exception {
        String schema = """
                {"type":"object","additionalProperties":false,"required":["name","age","tags"],"properties":{
                 "name":{"type":"string","maxLength":12},
                 "age":{"type":"integer","minimum":1,"maximum":120},
                 "tags":{"type":"array","items":{"enum":["red","green"]},"minItems":1,"maxItems":2}}}
                """;
        Completion answer = llm.generate(
                Prompt.user("Describe a person."),
                GenerationOptions.defaults()
                        .withTemperature(1.2)
                        .withSeed(seed)
                        .withMaxTokens(120)
                        .withResponseFormat(new ResponseFormat.JsonSchema(schema)));
        assertThat(answer.finishReason()).isEqualTo(FinishReason.STOP);
        JsonNode person = new ObjectMapper().readTree(answer.text());
        assertThat(person.get("name")
                        .asText()
                        .codePointCount(0, person.get("name").asText().length()))
                .isLessThanOrEqualTo(12);
        assertThat(person.get("age").asInt()).isBetween(1, 120);
        assertThat(person.get("tags")).allMatch(tag -> Set.of("red", "green").contains(tag.asText()));
    }

    @Test
    void answersByChoiceAndExpression() {
        assertThat(llm.generate(
                                Prompt.user("Is water wet?"),
                                SHORT.withResponseFormat(new ResponseFormat.Choice(List.of("yes", "no"))))
                        .text())
                .isIn("yes", "no");
        assertThat(llm.generate(
                                Prompt.user("Give a date."),
                                SHORT.withResponseFormat(new ResponseFormat.Regex("20[0-9]{2}-[01][0-9]")))
                        .text())
                .matches("20[0-9]{2}-[01][0-9]");
    }

    @Test
    void refusesASchemaByTheKeyword() {
        GenerationOptions options =
                SHORT.withResponseFormat(new ResponseFormat.JsonSchema("{\"not\":{\"type\":\"null\"}}"));
        assertThatThrownBy(() -> llm.generate(Prompt.user("x"), options))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("not");
    }

    @Test
    void endsAtAStopStringHoweverItIsRead() {
        Prompt prompt = Prompt.user("Name three fruits.");
        String whole = llm.generate(prompt, SHORT).text();
        String stop = whole.substring(8, 11);
        String expected = whole.substring(0, whole.indexOf(stop));
        GenerationOptions options = SHORT.withStop(List.of(stop));
        Completion streamed = llm.generate(prompt, options);
        assertThat(streamed.text()).isEqualTo(expected);
        assertThat(streamed.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(llm.generateAsync(prompt, options).join().text()).isEqualTo(expected);
    }

    @Test
    void scoresAsTheModelDoesByHand() {
        int[] ids = llm.tokenize("The river runs to the sea, and the sea gives it back as rain.", false);
        double[] found = llm.score(ids);
        try (LoadedModel model = LoadedModel.open(SmolLm2.file(), DataType.FLOAT16, true, 256)) {
            double expected = model.meanLoss(ids, ids.length) * (ids.length - 1);
            assertThat(found).hasSize(ids.length - 1);
            assertThat(-Arrays.stream(found).sum()).isCloseTo(expected, within(1e-3));
        }
    }

    @Test
    void reportsTheLikelihoodOfWhatItGenerates() {
        Completion answer = llm.generate(Prompt.user("Name three fruits."), SHORT.withLogprobs(3));
        // 16-bit logits tie now and then; the rank of a tie is that of its last.
        assertThat(answer.logprobs())
                .hasSameSizeAs(answer.tokens())
                .allMatch(each ->
                        each.rank() == 1 || each.top().values().stream().allMatch(other -> other <= each.logprob()));
        assertThat(answer.logprobs().get(0).token()).isEqualTo(answer.tokens()[0]);
        assertThat(answer.logprobs()).allMatch(each -> each.top().size() == 3 && each.logprob() <= 0);
    }

    @Test
    void answersAloneAsAmongOthersWithSharedPrefixes() {
        String common = "Rivers carry water, sand and stories. ".repeat(60);
        List<String> questions = List.of("What do they carry?", "Where do they end?", "Who writes the stories?");
        List<int[]> alone = questions.stream()
                .map(question -> llm.generate(Prompt.user(common + question), SHORT.withMaxTokens(12))
                        .tokens())
                .toList();
        List<CompletableFuture<Completion>> together = questions.stream()
                .map(question -> llm.generateAsync(Prompt.user(common + question), SHORT.withMaxTokens(12)))
                .toList();
        for (int i = 0; i < questions.size(); i++) {
            assertThat(together.get(i).join().tokens()).containsExactly(alone.get(i));
        }
    }

    @Test
    void givesSeveralAnswersAtOnce() {
        GenerationOptions options =
                SHORT.withTemperature(1).withSeed(7).withN(3).withMaxTokens(10);
        List<Completion> answers = llm.generateAll(Prompt.user("Say a word."), options);
        assertThat(answers).hasSize(3);
        for (int i = 0; i < 3; i++) {
            Completion single =
                    llm.generate(Prompt.user("Say a word."), options.withN(1).withSeed(7 + i));
            assertThat(answers.get(i).tokens()).containsExactly(single.tokens());
        }
    }

    @Test
    void reusesAPrefixInsteadOfComputingItAgain() {
        int[] shared = Golden.ints(Golden.json("smollm2/perplexity.json").get("ids"));
        int[] first = Arrays.copyOf(shared, 1024 + 20);
        int[] second = Arrays.copyOf(shared, 1024 + 20);
        second[1030]++;
        double cold = llm.generate(Prompt.tokens(first), SHORT.withMaxTokens(1)).timeToFirstTokenNanos();
        double hit = llm.generate(Prompt.tokens(second), SHORT.withMaxTokens(1)).timeToFirstTokenNanos();
        System.out.printf(
                "prefix of 1,024 tokens: first token %.1f ms cold, %.1f ms on a hit%n", cold / 1e6, hit / 1e6);
        assertThat(hit).isLessThan(cold / 3);
    }
}
