package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A step that the device has no memory for is run text by text, and the engine goes on. */
class EmbedderMemoryTest {
    private static final long MEMORY = 90L << 20;
    private static final int TEXTS = 40;

    @TempDir
    private Path directory;

    @Test
    void runsTextsOneByOneWhereTogetherTheyTakeTooMuch() throws Exception {
        String output = new ChildJvm(directory)
                .environment("ASCEND4J_HOST_MEMORY", Long.toString(MEMORY))
                .run(120, Embed.class, TinyModels.path("f16"));
        assertThat(output).contains("they run one by one", "equal: true", "ready: true");
    }

    /** Embeds many long texts in one call whose step is far beyond the memory, then one. */
    static final class Embed {
        private Embed() {}

        public static void main(String[] arguments) {
            List<String> texts = IntStream.range(0, TEXTS)
                    .mapToObj(i -> i + " the people by the river ".repeat(20))
                    .toList();
            LlmOptions options = TinyModels.options()
                    .dtype(DType.FLOAT16)
                    .maxBatchTokens(1 << 20)
                    .build();
            try (Embedder embedder = Embedder.open(Path.of(arguments[0]), options)) {
                List<Embedding> together = embedder.embedAll(texts);
                boolean equal = true;
                for (int i = 0; i < TEXTS; i += 13) {
                    equal &= embedder.embed(texts.get(i)).equals(together.get(i));
                }
                int tokens = together.stream().mapToInt(Embedding::tokens).sum();
                System.out.println("tokens: " + tokens + ", equal: " + equal + ", ready: "
                        + embedder.health().ready());
            }
        }
    }
}
