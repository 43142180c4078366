package org.ascend4j.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example's model store with weights in it. */
final class ModelStoreFolder {
    private static final Path EXAMPLE =
            Path.of("..", "docs", "examples", "djl-serving", "models", "smollm2", "serving.properties");

    private ModelStoreFolder() {}

    /**
     * @param lines added to the example's {@code serving.properties}
     * @return the model's folder
     */
    static Path create(Path store, Path weights, String... lines) throws IOException {
        Path folder = Files.createDirectories(store.resolve("smollm2"));
        Files.createSymbolicLink(folder.resolve("model.gguf"), weights);
        Files.writeString(
                folder.resolve("serving.properties"),
                Files.readString(EXAMPLE) + "\noption.threads=2\n" + String.join("\n", lines) + "\n");
        return folder;
    }
}
