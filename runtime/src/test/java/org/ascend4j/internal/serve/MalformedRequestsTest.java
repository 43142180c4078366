package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ascend4j.LlmStats;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ten wrong values for each field, sent to both ways in: each is refused by name, and the engine never hears of it. */
@Timeout(60)
class MalformedRequestsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";
    private static final String EMBEDDINGS = "/v1/embeddings";

    /** What a request has to have, by path. */
    private static final Map<String, String> NEEDED = Map.of(
            CHAT, "'messages':[{'role':'user','content':'a'}]", COMPLETIONS, "'prompt':'a'", EMBEDDINGS, "'input':'a'");

    /** Wrong wherever a single number is wanted. */
    private static final List<String> NO_NUMBERS = List.of("'1'", "true", "[]", "{}", "[1]", "'x'");

    /** Wrong wherever true or false is wanted. */
    private static final List<String> NO_FLAGS =
            List.of("'true'", "1", "0", "[]", "{}", "[true]", "''", "0.5", "'yes'", "-1");

    /**
     * One row of the table.
     *
     * @param field as the request spells it
     * @param found what the error may name, if it is a part of the field
     * @param values JSON, single quotes for double ones
     */
    private record Row(String path, String field, Set<String> found, List<String> values) {}

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.embedding();
    }

    @AfterAll
    static void stop() {
        server.close();
        TinyModels.assertNothingOutstanding();
    }

    private static List<String> numbers(String... more) {
        return Stream.concat(NO_NUMBERS.stream(), Stream.of(more)).toList();
    }

    private static Row row(String path, String field, List<String> values, String... parts) {
        return new Row(
                path, field, Stream.concat(Stream.of(field), Stream.of(parts)).collect(Collectors.toSet()), values);
    }

    /** What both ways in take. */
    private static List<Row> common(String path) {
        return List.of(
                row(path, "temperature", numbers("2.1", "-0.1", "1e39", "1e999")),
                row(path, "top_p", numbers("0", "1.1", "-1", "1e999")),
                row(path, "top_k", numbers("-2", "1.5", "2147483648", "1e3")),
                row(path, "min_p", numbers("-0.1", "1.1", "1e999", "2")),
                row(path, "n", numbers("0", "-1", "129", "1.5")),
                row(path, "max_tokens", numbers("0", "-1", "2147483648", "1.5")),
                row(path, "min_tokens", numbers("-1", "1.5", "2147483648", "17")),
                row(path, "seed", numbers("1.5", "18446744073709551616", "-9223372036854775809", "1e30")),
                row(path, "frequency_penalty", numbers("2.1", "-2.1", "1e39", "-1e999")),
                row(path, "presence_penalty", numbers("2.1", "-2.1", "1e39", "-1e999")),
                row(path, "repetition_penalty", numbers("0", "-1", "101", "1e999")),
                row(path, "priority", numbers("1.5", "2147483648", "-2147483649", "1e10")),
                row(path, "ignore_eos", NO_FLAGS),
                row(path, "stream", NO_FLAGS),
                row(
                        path,
                        "stop",
                        List.of(
                                "7",
                                "true",
                                "{}",
                                "''",
                                "[1]",
                                "['']",
                                "['a',null]",
                                "'\\ud800'",
                                "[['a']]",
                                "['\\udc00']")),
                row(
                        path,
                        "stop_token_ids",
                        List.of(
                                "7",
                                "'7'",
                                "{}",
                                "['7']",
                                "[-1]",
                                "[1.5]",
                                "[2147483648]",
                                "[99999]",
                                "[null]",
                                "[[7]]")),
                row(
                        path,
                        "allowed_token_ids",
                        List.of(
                                "7",
                                "'7'",
                                "{}",
                                "['7']",
                                "[-1]",
                                "[1.5]",
                                "[2147483648]",
                                "[99999]",
                                "[null]",
                                "[[7]]")),
                row(
                        path,
                        "logit_bias",
                        List.of(
                                "7",
                                "'7'",
                                "[1]",
                                "{'x':1}",
                                "{'1':'x'}",
                                "{'1':101}",
                                "{'-1':1}",
                                "{'99999':1}",
                                "{'99999999999':1}",
                                "{'1':null}")),
                row(
                        path,
                        "model",
                        List.of("7", "true", "[]", "{}", "['tiny']", "1.5", "-1", "{'id':'tiny'}", "false", "[[]]")),
                row(
                        path,
                        "stream_options",
                        List.of(
                                "7",
                                "true",
                                "[]",
                                "'x'",
                                "{'include_usage':1}",
                                "{'include_usage':'true'}",
                                "{'include_usage':true}",
                                "{'other':true}",
                                "{'include_usage':[]}",
                                "{'include_obfuscation':true}"),
                        "stream_options.include_usage",
                        "stream_options.include_obfuscation",
                        "stream_options.other"),
                row(
                        path,
                        "response_format",
                        List.of(
                                "7",
                                "'json'",
                                "[]",
                                "{}",
                                "{'type':7}",
                                "{'type':'xml'}",
                                "{'type':'json_schema'}",
                                "{'type':'json_schema','json_schema':{'name':'n'}}",
                                "{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'nothing'}}}",
                                "{'type':'text','other':1}"),
                        "response_format.type",
                        "response_format.json_schema",
                        "response_format.json_schema.schema",
                        "response_format.other"),
                row(
                        path,
                        "structured_outputs",
                        List.of(
                                "7",
                                "'x'",
                                "[]",
                                "{}",
                                "{'regex':7}",
                                "{'regex':'('}",
                                "{'choice':[]}",
                                "{'choice':[7]}",
                                "{'regex':'a','choice':['b']}",
                                "{'grammar':'::='}"),
                        "structured_outputs.regex",
                        "structured_outputs.choice",
                        "response_format"),
                row(path, "best_of", List.of("2", "0", "'1'", "true", "[]", "{}", "1.5", "-1", "100", "'x'")),
                row(path, "unheard_of", List.of("1", "0", "'1'", "true", "[]", "{}", "1.5", "-1", "false", "''")));
    }

    private static List<Row> ofCompletions() {
        return List.of(
                row(COMPLETIONS, "logprobs", numbers("-1", "21", "1.5", "2147483648")),
                row(
                        COMPLETIONS,
                        "prompt",
                        List.of("7", "true", "{}", "[]", "[[]]", "[-1]", "[99999]", "['a',7]", "'\\ud800'", "null")));
    }

    private static List<Row> ofChat() {
        String[] parts = {
            "messages[0]", "messages[0].role", "messages[0].content", "messages[0].content[0].type", "messages[0].name"
        };
        return List.of(
                row(CHAT, "logprobs", NO_FLAGS),
                row(CHAT, "top_logprobs", numbers("-1", "21", "1.5", "3")),
                row(CHAT, "max_completion_tokens", numbers("0", "-1", "2147483648", "1.5")),
                row(
                        CHAT,
                        "messages",
                        List.of(
                                "7",
                                "'hello'",
                                "{}",
                                "[]",
                                "[7]",
                                "[{'content':'a'}]",
                                "[{'role':'user'}]",
                                "[{'role':7,'content':'a'}]",
                                "[{'role':'user','content':7}]",
                                "[{'role':'user','content':[{'type':'image_url'}]}]"),
                        parts),
                row(
                        CHAT,
                        "messages",
                        List.of(
                                "null",
                                "true",
                                "[[]]",
                                "[null]",
                                "[{}]",
                                "[{'role':'user','content':null}]",
                                "[{'role':'user','content':'\\ud800'}]",
                                "[{'role':'user','content':{}}]",
                                "[{'role':'user','content':'a','name':'b'}]",
                                "[{'role':null,'content':'a'}]"),
                        parts));
    }

    private static List<Row> ofTools() {
        String tool = "{'type':'function','function':{'name':'f','parameters':";
        String call = "[{'role':'assistant','tool_calls':";
        return List.of(
                row(
                        CHAT,
                        "tools",
                        List.of(
                                "7",
                                "'f'",
                                "{}",
                                "[7]",
                                "[{}]",
                                "[{'type':'retrieval'}]",
                                "[{'type':'function','function':{'name':'no spaces'}}]",
                                "[" + tool + "[]}}]",
                                "[" + tool + "{}}}," + tool + "{}}}]",
                                "[{'type':'function','function':{'name':'f','other':1}}]"),
                        "tools[0].type",
                        "tools[0].function.parameters",
                        "tools[0].function.other"),
                row(
                        CHAT,
                        "tool_choice",
                        List.of(
                                "7",
                                "true",
                                "[]",
                                "{}",
                                "'any'",
                                "'required'",
                                "{'type':'function'}",
                                "{'type':'function','function':{}}",
                                "{'type':'function','function':{'name':''}}",
                                "{'type':'function','function':{'name':'f'}}"),
                        "tool_choice.type",
                        "tool_choice.function",
                        "tool_choice.function.name"),
                row(CHAT, "parallel_tool_calls", NO_FLAGS),
                row(
                        CHAT,
                        "chat_template_kwargs",
                        List.of(
                                "7",
                                "true",
                                "[]",
                                "'x'",
                                "{'other':1}",
                                "{'enable_thinking':1}",
                                "{'enable_thinking':'true'}",
                                "{'enable_thinking':[]}",
                                "{'thinking':0}",
                                "{'thinking':{}}"),
                        "chat_template_kwargs.other",
                        "chat_template_kwargs.enable_thinking",
                        "chat_template_kwargs.thinking"),
                row(
                        CHAT,
                        "messages",
                        List.of(
                                call + "7}]",
                                call + "[]}]",
                                call + "[7]}]",
                                call + "[{}]}]",
                                call + "[{'id':'a','function':7}]}]",
                                call + "[{'id':'a','function':{'name':'f'}}]}]",
                                call + "[{'id':'a','function':{'name':'f','arguments':{}}}]}]",
                                "[{'role':'tool','content':'a'}]",
                                "[{'role':'user','content':'a','tool_call_id':'b'}]",
                                "[{'role':'user','content':'a','tool_calls':[]}]"),
                        "messages[0].content",
                        "messages[0].tool_calls",
                        "messages[0].tool_call_id",
                        "messages[0].tool_calls[0].id",
                        "messages[0].tool_calls[0].function",
                        "messages[0].tool_calls[0].function.arguments"));
    }

    private static List<Row> ofEmbeddings() {
        return List.of(
                row(
                        EMBEDDINGS,
                        "input",
                        List.of("7", "true", "{}", "[]", "''", "['']", "['a',7]", "[[]]", "[1,2]", "null")),
                row(EMBEDDINGS, "dimensions", numbers("0", "-1", "1.5", "100000")),
                row(
                        EMBEDDINGS,
                        "encoding_format",
                        List.of("7", "true", "[]", "{}", "''", "'int8'", "'FLOAT'", "['float']", "1.5", "-1")),
                row(
                        EMBEDDINGS,
                        "model",
                        List.of("7", "true", "[]", "{}", "['tiny']", "1.5", "-1", "{'id':'tiny'}", "false", "[[]]")),
                row(EMBEDDINGS, "user", List.of("7", "true", "[]", "{}", "['a']", "1.5", "-1", "false", "[[]]", "0")),
                row(
                        EMBEDDINGS,
                        "unheard_of",
                        List.of("1", "0", "'1'", "true", "[]", "{}", "1.5", "-1", "false", "''")));
    }

    @Test
    void refusesEveryWrongValueByItsField() throws Exception {
        LlmStats before = server.llm.stats();
        TreeMap<String, Integer> sent = new TreeMap<>();
        for (Row row : Stream.of(
                        common(CHAT), common(COMPLETIONS), ofChat(), ofTools(), ofCompletions(), ofEmbeddings())
                .flatMap(List::stream)
                .toList()) {
            assertThat(row.values()).as(row.field()).hasSize(10);
            for (String value : row.values()) {
                assertRefused(row, value);
            }
            sent.merge(row.path(), 10, Integer::sum);
        }
        assertThat(sent)
                .hasSize(3)
                .allSatisfy((path, count) -> assertThat(count).isGreaterThan(path.equals(EMBEDDINGS) ? 50 : 250));
        assertThat(server.llm.stats().requests()).isEqualTo(before.requests());
        assertThat(server.llm.stats().tokens()).isEqualTo(before.tokens());
    }

    private static void assertRefused(Row row, String value) throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("{");
        String needed = NEEDED.get(row.path());
        if (!needed.startsWith("'" + row.field() + "'")) {
            body.append(needed).append(',');
        }
        if (!row.field().startsWith("max_") && !row.path().equals(EMBEDDINGS)) {
            body.append("'max_tokens':16,");
        }
        body.append('\'').append(row.field()).append("':").append(value).append('}');
        HttpResponse<String> response = server.post(row.path(), body.toString());
        assertThat(response.statusCode()).as(body + " gave " + response.body()).isEqualTo(400);
        JsonNode error = TestServer.json(response).get("error");
        assertThat(error.get("param").textValue()).as(body + " gave " + error).isIn(row.found());
        assertThat(error.get("type").textValue()).isEqualTo("invalid_request_error");
    }

    @Test
    void refusesBodiesThatAreNoJson() throws Exception {
        byte[][] bodies = {
            {},
            "{".getBytes(),
            "nothing".getBytes(),
            "[]".getBytes(),
            "7".getBytes(),
            "{\"prompt\":\"a\",\"prompt\":\"b\"}".getBytes(),
            "{\"prompt\":\"a\"} {}".getBytes(),
            {'{', '"', (byte) 0xff, '"', ':', '1', '}'},
            {(byte) 0xc0, (byte) 0x80},
            ("[".repeat(5000) + "]".repeat(5000)).getBytes(),
            "{\"temperature\":NaN}".getBytes()
        };
        for (byte[] body : bodies) {
            HttpResponse<String> response = server.send(server.request(COMPLETIONS)
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
            assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
            assertThat(TestServer.json(response).at("/error/param").textValue()).isEqualTo("body");
        }
    }
}
