package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.ascend4j.TinyModels;
import org.ascend4j.internal.model.Golden;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Adapters as models of their own; the model is a GGUF file whose rows stand in another order than the adapter's. */
class LoraServeTest {
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start();
        server.llm.loadAdapter("style", Golden.path("lora/all"));
    }

    @AfterEach
    void stop() {
        server.close();
        TinyModels.assertNothingOutstanding();
    }

    private HttpResponse<String> complete(String model, String more) throws Exception {
        return server.post(
                "/v1/completions",
                "{'model':'" + model + "','prompt':'rivers','max_tokens':12,'temperature':0,'ignore_eos':true" + more
                        + "}");
    }

    @Test
    void anAdaptersNameSelectsIt() throws Exception {
        JsonNode plain = TestServer.json(complete(TestServer.MODEL, ""));
        JsonNode style = TestServer.json(complete("style", ""));
        assertThat(style.get("model").textValue()).isEqualTo("style");
        assertThat(plain.get("model").textValue()).isEqualTo(TestServer.MODEL);
        assertThat(style.at("/choices/0/text")).isNotEqualTo(plain.at("/choices/0/text"));
        List<JsonNode> events = TestServer.events(complete("style", ",'stream':true"));
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.at("/choices/0/text").textValue()));
        assertThat(text).hasToString(style.at("/choices/0/text").textValue());
        assertThat(events.get(0).get("model").textValue()).isEqualTo("style");
    }

    @Test
    void adaptersAreListedAsLongAsTheyAreLoaded() throws Exception {
        JsonNode list = TestServer.json(server.get("/v1/models"));
        assertThat(list.findValuesAsText("id")).containsExactly(TestServer.MODEL, "style");
        assertThat(list.findValuesAsText("parent")).containsExactly(TestServer.MODEL);
        assertThat(TestServer.json(server.get("/v1/models/style")).get("parent").textValue())
                .isEqualTo(TestServer.MODEL);
        server.llm.unloadAdapter("style");
        assertThat(TestServer.json(server.get("/v1/models")).findValuesAsText("id"))
                .containsExactly(TestServer.MODEL);
        assertThat(server.get("/v1/models/style").statusCode()).isEqualTo(404);
        HttpResponse<String> gone = complete("style", "");
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(TestServer.json(gone).at("/error/code").textValue()).isEqualTo("model_not_found");
    }
}
