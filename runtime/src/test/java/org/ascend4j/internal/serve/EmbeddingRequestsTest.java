package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EmbeddingRequestsTest {
    private static final String PATH = "/v1/embeddings";

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

    private static JsonNode embed(String fields) throws Exception {
        HttpResponse<String> response = server.post(PATH, "{" + fields + "}");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return TestServer.json(response);
    }

    @Test
    void givesTheModelsVectorsInOrder() throws Exception {
        JsonNode answer = embed("'model':'" + TestServer.EMBEDDING_MODEL + "','input':['rivers','lakes and hills']");
        assertThat(answer.get("object").textValue()).isEqualTo("list");
        assertThat(answer.get("model").textValue()).isEqualTo(TestServer.EMBEDDING_MODEL);
        assertThat(answer.get("data")).hasSize(2);
        float[] expected = server.embedder.embed("lakes and hills").values();
        JsonNode second = answer.at("/data/1");
        assertThat(second.get("index").intValue()).isEqualTo(1);
        assertThat(second.get("embedding")).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(second.get("embedding").get(i).floatValue()).isEqualTo(expected[i]);
        }
        assertThat(answer.at("/usage/prompt_tokens").intValue())
                .isEqualTo(server.embedder.embed("rivers").tokens()
                        + server.embedder.embed("lakes and hills").tokens());
    }

    @Test
    void givesFloatsAsBase64AndFewerOfThem() throws Exception {
        JsonNode numbers = embed("'input':'rivers','dimensions':5").at("/data/0/embedding");
        String base64 = embed("'input':'rivers','dimensions':5,'encoding_format':'base64'")
                .at("/data/0/embedding")
                .textValue();
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(numbers).hasSize(5);
        double square = 0;
        for (JsonNode number : numbers) {
            float value = bytes.getFloat();
            assertThat(value).isEqualTo(number.floatValue());
            square += value * value;
        }
        assertThat(bytes.hasRemaining()).isFalse();
        assertThat(square).isBetween(0.9999, 1.0001);
    }

    @Test
    void answersOpenAisOwnClient() {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(server.url("/v1"))
                .apiKey("none")
                .build();
        CreateEmbeddingResponse answer = client.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model(TestServer.EMBEDDING_MODEL)
                        .input("rivers")
                        .build());
        assertThat(answer.data()).hasSize(1);
        assertThat(answer.data().get(0).embedding()).hasSize(server.embedder.dimensions());
        client.close();
    }

    @Test
    void tellsOfBothModelsAndOfTextsThatAreTooLong() throws Exception {
        assertThat(TestServer.json(server.get("/v1/models")).at("/data").findValuesAsText("id"))
                .containsExactly(TestServer.MODEL, TestServer.EMBEDDING_MODEL);
        HttpResponse<String> wrong = server.post(PATH, "{'model':'tiny','input':'x'}");
        assertThat(wrong.statusCode()).isEqualTo(404);
        HttpResponse<String> tooLong = server.post(PATH, "{'input':'" + "rivers ".repeat(600) + "'}");
        assertThat(tooLong.statusCode()).isEqualTo(400);
        assertThat(TestServer.json(tooLong).at("/error/param").textValue()).isEqualTo("input");
    }

    @Test
    void saysThatItHasNoModelForVectors() throws Exception {
        try (TestServer plain = TestServer.start()) {
            HttpResponse<String> response = plain.post(PATH, "{'input':'x'}");
            assertThat(response.statusCode()).isEqualTo(404);
            assertThat(response.body()).contains("--embedding-model");
        }
    }
}
