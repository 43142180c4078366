package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.engine.EngineException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.TranslateException;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;
import org.ascend4j.SmolLm2;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models by DJL's {@code Criteria}, from text to text. */
@Timeout(120)
class CriteriaTest {
    @TempDir
    private Path directory;

    private static Criteria.Builder<String, String> criteria(Path model) {
        return Criteria.builder()
                .setTypes(String.class, String.class)
                .optModelPath(model)
                .optEngine("Ascend")
                .optTranslatorFactory(new AscendTranslatorFactory());
    }

    private static Llm llm(ZooModel<?, ?> model) {
        return ((AscendModel) model.getWrappedModel()).llm();
    }

    @Test
    void predictorsOfOneModelShareItsEngineAndItsSteps() throws Exception {
        int predictors = 4;
        ExecutorService threads = Executors.newFixedThreadPool(predictors);
        try (ZooModel<String, String> model = criteria(SmolLm2.file())
                .optOption("threads", "2")
                .optArgument("max_tokens", 24)
                .build()
                .loadModel()) {
            CountDownLatch ready = new CountDownLatch(predictors);
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < predictors; i++) {
                answers.add(threads.submit(() -> {
                    try (Predictor<String, String> predictor = model.newPredictor()) {
                        ready.countDown();
                        ready.await();
                        return predictor.predict("Count from one to fifty.");
                    }
                }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo(answers.get(0).get()).isNotBlank();
            }
            assertBatched(llm(model).stats());
        } finally {
            threads.shutdownNow();
        }
        TinyModels.assertNothingOutstanding();
    }

    @Test
    void oneBatchPredictGoesThroughTheEngineTogether() throws Exception {
        try (ZooModel<String, String> model = criteria(SmolLm2.file())
                        .optOption("threads", "2")
                        .optArgument("max_tokens", "24")
                        .build()
                        .loadModel();
                Predictor<String, String> predictor = model.newPredictor()) {
            List<String> answers = predictor.batchPredict(List.of(
                    "What is the capital of France?", "Count from one to fifty.", "What is the capital of Italy?"));
            assertThat(answers).hasSize(3);
            assertThat(answers).doesNotHaveDuplicates().noneMatch(String::isBlank);
            assertBatched(llm(model).stats());
            assertThat(predictor.predict("What is the capital of France?")).isEqualTo(answers.get(0));
        }
    }

    private static void assertBatched(LlmStats stats) {
        long steps =
                stats.steps().full() + stats.steps().piecewise() + stats.steps().eager();
        assertThat(steps)
                .as("steps for %d tokens", stats.tokens().generated())
                .isLessThan(stats.tokens().generated());
        assertThat(stats.latencies().stepTokens().mean()).isGreaterThan(1);
    }

    @Test
    void interruptingAPredictorEndsItsRequest() throws Exception {
        try (ZooModel<String, String> model = criteria(SmolLm2.file())
                .optOption("threads", "2")
                .optOption("request_timeout", "60")
                .build()
                .loadModel()) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> model.newPredictor().predict("Count from one to a thousand."))
                    .isInstanceOf(TranslateException.class)
                    .hasRootCauseInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            while (llm(model).stats().requests().live() > 0) {
                Thread.sleep(5);
            }
        }
    }

    @Test
    void closingLetsRunningRequestsEndForAsLongAsItWasTold() throws Exception {
        assertThat(codeAfterClosing("60")).isEqualTo(200);
        assertThat(codeAfterClosing("0")).isEqualTo(503);
        TinyModels.assertNothingOutstanding();
    }

    private static int codeAfterClosing(String seconds) throws Exception {
        ZooModel<Input, Output> model = Criteria.builder()
                .setTypes(Input.class, Output.class)
                .optModelPath(SmolLm2.file())
                .optEngine("Ascend")
                .optTranslatorFactory(new AscendTranslatorFactory())
                .optOption("threads", "2")
                .optOption("drain-timeout", seconds)
                .build()
                .loadModel();
        Input input = new Input();
        input.add("{\"prompt\":\"One, two,\",\"max_tokens\":60,\"ignore_eos\":true}");
        Output output = model.newPredictor().predict(input);
        model.close();
        output.getData().getAsString();
        return output.getCode();
    }

    @Test
    void takesOptionsByTheirNames() throws Exception {
        try (ZooModel<String, String> model = criteria(TinyModels.path("q8_0"))
                .optOption("context_length", "32")
                .optOption("max_rolling_batch_size", "64")
                .optOption("device", "cpu")
                .build()
                .loadModel()) {
            assertThat(llm(model).contextLength()).isEqualTo(32);
            assertThat(llm(model).device().name()).isEqualTo("host");
        }
    }

    @Test
    void refusesOptionsThatDoNotExistOrCannotBe() {
        assertThatThrownBy(() -> tiny().optOption("contextlength", "32").build().loadModel())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("contextlength: unknown option")
                .hasMessageContaining("context-length");
        assertThatThrownBy(() ->
                        tiny().optOption("tensor_parallel_degree", "4").build().loadModel())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("tensor-parallel-degree: found 4, expected 1");
        assertThatThrownBy(() -> tiny().optDevice(Device.gpu(0)).build().loadModel())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("device: found gpu(0)");
        assertThatThrownBy(() -> tiny().optDevice(Device.of("npu", 1))
                        .optOption("device", "npu(2)")
                        .build()
                        .loadModel())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("leave one out");
        assertThatThrownBy(
                        () -> tiny().optArgument("temperature", "warm").build().loadModel())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("temperature: found 'warm', expected a number");
    }

    private static Criteria.Builder<String, String> tiny() {
        return criteria(TinyModels.path("q8_0"));
    }

    @Test
    void saysWhichFilesAFolderHas() throws Exception {
        assertThatThrownBy(() -> criteria(directory).build().loadModel())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("found 0 files .gguf");
        Files.copy(TinyModels.path("q8_0"), directory.resolve("a.gguf"));
        Files.write(directory.resolve("b.gguf"), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> criteria(directory).build().loadModel()).hasMessageContaining("option.model");
        assertThatThrownBy(() ->
                        criteria(directory).optOption("model", "b.gguf").build().loadModel())
                .isInstanceOf(MalformedModelException.class)
                .hasMessageContaining("b.gguf");
        criteria(directory).optOption("model", "a.gguf").build().loadModel().close();
        criteria(directory)
                .optOption("model_id", directory.resolve("a.gguf").toString())
                .build()
                .loadModel()
                .close();
        assertThatThrownBy(() ->
                        criteria(directory).optOption("model", "c.gguf").build().loadModel())
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("c.gguf: no such file");
        TinyModels.assertNothingOutstanding();
    }
}
