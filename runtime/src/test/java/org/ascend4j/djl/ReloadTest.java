package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
            // As DJL Serving sets it; DJL looks for engines and translators there.
            Thread.currentThread().setContextClassLoader(own);
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
    void servesAgainInASecondClassLoader() throws Exception {
        String folder = ModelStoreFolder.create(store, TinyModels.path("q8_0")).toString();
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        List<String> answers = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
                    answers.add(serve(loader, folder));
                }
            }
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(answers.get(0)).isEqualTo(answers.get(1)).startsWith("\"").hasSizeGreaterThan(4);
        TinyModels.assertNothingOutstanding();
    }

    @SuppressWarnings("unchecked") // Server is one
    private static String serve(ClassLoader loader, String folder) throws ReflectiveOperationException {
        Class<?> type = Class.forName(Server.class.getName(), true, loader);
        assertThat(type.getClassLoader()).isSameAs(loader);
        return ((Function<String, String>) type.getConstructor().newInstance()).apply(folder);
    }

    private static URL[] classPath() throws java.io.IOException {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            urls.add(Path.of(entry).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
