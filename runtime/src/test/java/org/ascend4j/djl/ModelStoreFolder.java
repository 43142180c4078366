package org.ascend4j.djl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example's model store with weights. */
final class ModelStoreFolder {
    private static final Path EXAMPLE =
            Path.of("..", "docs", "examples", "djl-serving", "models", "smollm2", "serving.properties");

    private ModelStoreFolder() {}

    /** The model's folder, whose {@code serving.properties} says where the weights are. */
    static Path create(Path store, Path weights) throws IOException {
        Path folder = Files.createDirectories(store.resolve("smollm2"));
        Files.writeString(
                folder.resolve("serving.properties"),
                Files.readString(EXAMPLE) + "\noption.threads=2\noption.model=" + weights + "\n");
        return folder;
    }
}
