package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.nio.file.Path;
import java.util.function.Function;
import org.ascend4j.Deployments;
import org.ascend4j.TinyModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that is reloaded: DJL and the engine come from a class loader of their own each time. */
class ReloadTest {
    @TempDir
    private Path store;

    /** Runs inside each loader: loads the example's model, answers and closes. */
    public static final class Server implements Function<String, String> {
        @Override
        public String apply(String folder) {
            ClassLoader own = Server.class.getClassLoader();
            try (ZooModel<Input, Output> model = Criteria.builder()
                            .setTypes(Input.class, Output.class)
                            .optModelPath(Path.of(folder))
                            .build()
                            .loadModel();
                    Predictor<Input, Output> predictor = model.newPredictor()) {
                if (model.getWrappedModel().getClass().getClassLoader() != own) {
                    throw new IllegalStateException("the engine is not of this server");
                }
                Input input = new Input();
                input.add("{\"prompt\":[300,301],\"max_tokens\":8,\"temperature\":0}");
                String answer = predictor.predict(input).getData().getAsString();
                return answer.replaceAll(".*\"text\":(\"[^\"]*\").*", "$1");
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        }
    }

    @Test
    @Timeout(120)
    void servesAgainInASecondClassLoaderAndLeavesNothing() throws Exception {
        String folder = ModelStoreFolder.create(store, TinyModels.path("q8_0")).toString();
        String expected = new Server().apply(folder);
        assertThat(expected).startsWith("\"").hasSizeGreaterThan(4);
        Deployments deployments = new Deployments();
        for (int i = 0; i < 2; i++) {
            assertThat(deployments.run(Server.class, folder)).isEqualTo(expected);
        }
        deployments.assertCollected();
        TinyModels.assertNothingOutstanding();
    }
}
