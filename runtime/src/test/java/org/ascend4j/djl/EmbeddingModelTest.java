package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Application;
import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Models that are loaded to embed. */
@Timeout(60)
class EmbeddingModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> TEXTS = List.of("a cat", "a kitten and its mother", "law");

    private static <I, O> Criteria.Builder<I, O> criteria(Class<I> input, Class<O> output) {
        return Criteria.builder()
                .setTypes(input, output)
                .optModelPath(TinyModels.path("q8_0"))
                .optEngine("Ascend")
                .optTranslatorFactory(new AscendTranslatorFactory());
    }

    @Test
    void predictsTheLibrarysVectors() throws Exception {
        try (ZooModel<String, float[]> model = criteria(String.class, float[].class)
                        .optApplication(Application.NLP.TEXT_EMBEDDING)
                        .build()
                        .loadModel();
                Predictor<String, float[]> predictor = model.newPredictor();
                Embedder own = Embedder.open(TinyModels.path("q8_0"))) {
            List<float[]> vectors = predictor.batchPredict(TEXTS);
            assertThat(vectors).hasSize(3);
            for (int i = 0; i < 3; i++) {
                assertThat(vectors.get(i)).isEqualTo(own.embed(TEXTS.get(i)).values());
            }
            assertThat(predictor.predict("law")).isEqualTo(vectors.get(2));
        }
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void answersAServerAsOpenAiDoes() throws Exception {
        try (ZooModel<Input, Output> model = criteria(Input.class, Output.class)
                        .optOption("task", "embed")
                        .build()
                        .loadModel();
                Predictor<Input, Output> predictor = model.newPredictor()) {
            JsonNode both = answer(predictor, "{\"input\":[\"a cat\",\"law\"]}");
            assertThat(both.at("/data").size()).isEqualTo(2);
            assertThat(both.at("/data/1/index").intValue()).isEqualTo(1);
            assertThat(both.at("/usage/total_tokens").intValue()).isGreaterThan(2);
            JsonNode law = both.at("/data/1/embedding");
            JsonNode bytes = answer(predictor, "{\"input\":\"law\",\"encoding_format\":\"base64\"}");
            ByteBuffer floats = ByteBuffer.wrap(Base64.getDecoder()
                            .decode(bytes.at("/data/0/embedding").textValue()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            assertThat(floats.remaining()).isEqualTo(law.size() * 4);
            assertThat(floats.getFloat(8)).isCloseTo((float) law.get(2).doubleValue(), within(1e-6f));
            assertThat(answer(predictor, "law").at("/data/0/embedding")).isEqualTo(law);
            assertThat(answer(predictor, "{\"input\":\"law\",\"dimensions\":7}")
                            .at("/data/0/embedding")
                            .size())
                    .isEqualTo(7);
            assertThat(answer(predictor, "{\"input\":[]}").at("/error/param").textValue())
                    .isEqualTo("input");
            assertThat(answer(predictor, "{\"input\":\"law\",\"dimensions\":100000}")
                            .at("/error/param")
                            .textValue())
                    .isEqualTo("dimensions");
            assertThat(answer(predictor, "{\"input\":\"law\",\"encoding_format\":\"int8\"}")
                            .at("/error/param")
                            .textValue())
                    .isEqualTo("encoding_format");
        }
    }

    private static JsonNode answer(Predictor<Input, Output> predictor, String body) throws Exception {
        Input input = new Input();
        input.add(body);
        Output output = predictor.predict(input);
        JsonNode json = JSON.readTree(output.getData().getAsString());
        assertThat(output.getCode()).isEqualTo(json.has("error") ? 400 : 200);
        return json;
    }

    @Test
    void aModelDoesWhatItWasLoadedFor() throws Exception {
        try (ZooModel<Input, Output> model =
                criteria(Input.class, Output.class).build().loadModel()) {
            AscendModel own = (AscendModel) model.getWrappedModel();
            assertThat(own.llm().contextLength()).isPositive();
            assertThatThrownBy(own::embedder)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("option.task=embed");
        }
        assertThatThrownBy(() -> criteria(Input.class, Output.class)
                        .optOption("task", "classify")
                        .build()
                        .loadModel())
                .hasMessageContaining("task: found 'classify', expected generate or embed");
    }
}
