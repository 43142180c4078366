package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools over HTTP, on a model that only calls them because it has to. */
@Timeout(60)
class ToolRequestsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TOOLS = """
            'tools':[{'type':'function','function':{'name':'weather','description':'Tells the weather.','strict':true,
             'parameters':{'type':'object','required':['days'],'properties':{'days':{'enum':[1,2,3]}}}}},
             {'type':'function','function':{'name':'clock'}}]""";
    private static final String QUESTION =
            "'messages':[{'role':'user','content':'Rain?'}],'max_tokens':200,'seed':3," + TOOLS;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
        TinyModels.assertNothingOutstanding();
    }

    private static JsonNode ask(String fields) throws Exception {
        HttpResponse<String> response = server.post(CHAT, "{" + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response).at("/choices/0");
    }

    private static void assertWeather(JsonNode call) throws Exception {
        assertThat(call.get("type").textValue()).isEqualTo("function");
        assertThat(call.get("id").textValue()).hasSizeGreaterThan(4);
        assertThat(call.at("/function/name").textValue()).isEqualTo("weather");
        JsonNode arguments = TestServer.json(call.at("/function/arguments").textValue());
        assertThat(arguments).hasSize(1);
        assertThat(arguments.get("days").intValue()).isBetween(1, 3);
    }

    @Test
    void callsTheFunctionThatIsNamed() throws Exception {
        JsonNode choice = ask(QUESTION + ",'tool_choice':{'type':'function','function':{'name':'weather'}}");
        assertThat(choice.get("finish_reason").textValue()).isEqualTo("tool_calls");
        assertThat(choice.at("/message/content").isNull()).isTrue();
        assertThat(choice.at("/message/tool_calls")).hasSize(1);
        assertWeather(choice.at("/message/tool_calls/0"));
    }

    @Test
    void streamsCallsWithTheirNumbers() throws Exception {
        HttpResponse<String> response = server.post(
                CHAT, "{" + QUESTION + ",'tool_choice':'required','stream':true,'n':2,'max_completion_tokens':400}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        List<List<JsonNode>> calls = List.of(new ArrayList<>(), new ArrayList<>());
        int ends = 0;
        for (JsonNode event : TestServer.events(response)) {
            JsonNode choice = event.at("/choices/0");
            choice.at("/delta/tool_calls")
                    .forEach(call -> calls.get(choice.get("index").intValue()).add(call));
            assertThat(choice.at("/delta/content").asText("")).isEmpty();
            ends += choice.get("finish_reason").isNull() ? 0 : 1;
        }
        assertThat(ends).isEqualTo(2);
        for (List<JsonNode> each : calls) {
            assertThat(each).isNotEmpty();
            for (int i = 0; i < each.size(); i++) {
                assertThat(each.get(i).get("index").intValue()).isEqualTo(i);
                TestServer.json(each.get(i).at("/function/arguments").textValue());
            }
        }
    }

    @Test
    void callsOneFunctionWhereSeveralAreNotWanted() throws Exception {
        for (int seed = 1; seed <= 5; seed++) {
            JsonNode choice = ask(QUESTION.replace("'seed':3", "'seed':" + seed)
                    + ",'tool_choice':'required','parallel_tool_calls':false");
            assertThat(choice.at("/message/tool_calls")).hasSize(1);
        }
    }

    @Test
    void takesAConversationWithCallsBack() throws Exception {
        String turns = """
                'messages':[{'role':'developer','content':'Be brief.'},{'role':'user','content':'Rain?'},
                 {'role':'assistant','content':null,'refusal':null,'reasoning_content':'Look it up.','tool_calls':[
                  {'id':'a','type':'function','function':{'name':'weather','arguments':'{}'}}]},
                 {'role':'tool','tool_call_id':'a','content':[{'type':'text','text':'dry'}]}],""";
        JsonNode choice = ask(turns + TOOLS + ",'max_tokens':4,'tool_choice':'none'");
        assertThat(choice.at("/message/content").isTextual()).isTrue();
        JsonNode tokens = TestServer.json(server.post("/tokenize", "{" + turns + TOOLS + "}"));
        String text = TestServer.json(server.post("/detokenize", "{'tokens':" + tokens.get("tokens") + "}"))
                .get("prompt")
                .textValue();
        assertThat(text)
                .contains("Be brief.\n\nYou can call functions")
                .contains("<tool_response>\ndry\n</tool_response>")
                .contains("\"enum\":[1,2,3]");
        assertThat(text.lines()).contains("{\"name\":\"weather\",\"arguments\":{}}");
    }

    @Test
    void namesASchemaThatCannotBeKept() throws Exception {
        HttpResponse<String> response = server.post(
                CHAT,
                "{'messages':[{'role':'user','content':'a'}],'tool_choice':'required','tools':[{'type':'function',"
                        + "'function':{'name':'f','parameters':{'type':'nothing'}}}]}");
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(response).at("/error/param").textValue()).isEqualTo("tools");
    }
}
