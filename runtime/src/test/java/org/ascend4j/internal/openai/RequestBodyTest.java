package org.ascend4j.internal.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.ascend4j.GenerationOptions;
import org.ascend4j.ResponseFormat;
import org.ascend4j.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestBodyTest {
    private static RequestBody read(String fields) {
        byte[] body = ("{'prompt':'x'," + fields + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        return RequestBody.read(RequestKind.COMPLETION, RequestJson.object(body, "body"))
                .requireWhole();
    }

    private static ResponseFormat format(String fields) {
        return read(fields).options().responseFormat();
    }

    @Test
    void readsEveryOptionOfTheAnswer() {
        assertThat(read("'max_tokens':9,'temperature':0.5,'top_p':0.25,'top_k':-1,'min_p':0.125,'seed':3,"
                                + "'repetition_penalty':1.5,'frequency_penalty':-2,'presence_penalty':1,"
                                + "'logit_bias':{'5':-100,'7':1.5},'allowed_token_ids':[5,7],'stop':'end',"
                                + "'stop_token_ids':[2],'priority':-4,'ignore_eos':true,'min_tokens':8")
                        .options())
                .isEqualTo(GenerationOptions.defaults()
                        .withMaxTokens(9)
                        .withTemperature(0.5)
                        .withTopP(0.25)
                        .withMinP(0.125)
                        .withSeed(3)
                        .withRepetitionPenalty(1.5)
                        .withFrequencyPenalty(-2)
                        .withPresencePenalty(1)
                        .withLogitBias(Map.of(5, -100.0, 7, 1.5))
                        .withAllowedTokens(List.of(5, 7))
                        .withStop(List.of("end"))
                        .withStopTokens(List.of(2))
                        .withPriority(-4)
                        .withIgnoreEnd(true)
                        .withMinTokens(8));
        assertThat(read("'stop':['a','b']").options().stop()).containsExactly("a", "b");
    }

    @Test
    void takesNullForAbsentAndNothingForNothing() {
        assertThat(read("'stop':null,'logit_bias':null,'n':null,'response_format':null,'temperature':null,"
                        + "'stream':false,'echo':false,'suffix':'','best_of':1,'logprobs':null"))
                .isEqualTo(read("'user':'me'"));
    }

    @Test
    void readsWhatTheAnswerMustLookLike() {
        assertThat(format("'response_format':{'type':'text'}")).isEqualTo(new ResponseFormat.Text());
        assertThat(format("'response_format':{'type':'json_object'}"))
                .isEqualTo(new ResponseFormat.JsonSchema("{\"type\":\"object\"}"));
        assertThat(format("'response_format':{'type':'json_schema','json_schema':{'name':'n','strict':true,"
                        + "'schema':{'type':'string'}}}"))
                .isEqualTo(new ResponseFormat.JsonSchema("{\"type\":\"string\"}"));
        assertThat(format("'structured_outputs':{'json':{'type':'null'}}"))
                .isEqualTo(new ResponseFormat.JsonSchema("{\"type\":\"null\"}"));
        assertThat(format("'structured_outputs':{'regex':'a+','json':null}")).isEqualTo(new ResponseFormat.Regex("a+"));
        assertThat(format("'structured_outputs':{'choice':['a','b']}"))
                .isEqualTo(new ResponseFormat.Choice(List.of("a", "b")));
        assertThat(format("'structured_outputs':{'grammar':'g'}")).isEqualTo(new ResponseFormat.Grammar("g"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'stop':7 | stop",
                "'stop':['a',1] | stop",
                "'stop':[''] | stop",
                "'stop':'\\ud800' | stop",
                "'stop_token_ids':[1.5] | stop_token_ids",
                "'stop_token_ids':[-1] | stop_token_ids",
                "'allowed_token_ids':{} | allowed_token_ids",
                "'logit_bias':[1] | logit_bias",
                "'logit_bias':{'x':1} | logit_bias",
                "'logit_bias':{'1':'x'} | logit_bias",
                "'logit_bias':{'1':101} | logit_bias",
                "'logit_bias':{'99999999999':1} | logit_bias",
                "'min_p':2 | min_p",
                "'repetition_penalty':0 | repetition_penalty",
                "'frequency_penalty':2.5 | frequency_penalty",
                "'presence_penalty':-2.5 | presence_penalty",
                "'min_tokens':17 | min_tokens",
                "'priority':1.5 | priority",
                "'logprobs':30 | logprobs",
                "'logprobs':true | logprobs",
                "'best_of':2 | best_of",
                "'response_format':'json' | response_format",
                "'response_format':{} | response_format.type",
                "'response_format':{'type':'xml'} | response_format.type",
                "'response_format':{'type':'text','schema':{}} | response_format.schema",
                "'response_format':{'type':'json_schema'} | response_format.json_schema",
                "'response_format':{'type':'json_schema','json_schema':{}} | response_format.json_schema.schema",
                "'response_format':{'type':'json_object'},'structured_outputs':{'regex':'a'} | structured_outputs",
                "'structured_outputs':{} | structured_outputs",
                "'structured_outputs':{'regex':'a','choice':['a']} | structured_outputs",
                "'structured_outputs':{'choice':[]} | response_format",
                "'structured_outputs':{'choice':[1]} | structured_outputs.choice",
                "'structured_outputs':{'regex':1} | structured_outputs.regex",
                "'structured_outputs':{'backend':'x'} | structured_outputs.backend",
            })
    void namesTheFieldThatIsWrong(String fields, String field) {
        assertThatThrownBy(() -> read(fields))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageStartingWith(field + ": ")
                .extracting(thrown -> ((InvalidRequestException) thrown).field())
                .isEqualTo(field);
    }
}
