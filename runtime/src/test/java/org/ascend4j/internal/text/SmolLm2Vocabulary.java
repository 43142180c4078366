package org.ascend4j.internal.text;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.GZIPInputStream;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.pretrained.GgufVocabularies;

/** The real vocabulary of SmolLM2, from the golden file that golden/tokenizer/vocabulary.py writes. */
public final class SmolLm2Vocabulary {
    private static final String RESOURCE = "/golden/tokenizer/smollm2-vocabulary.gguf.gz";

    private SmolLm2Vocabulary() {}

    /** A new tokenizer, read as from a model file. */
    public static Tokenizer tokenizer() {
        try {
            Path file = unpack();
            try (GgufFile gguf = GgufFile.open(file)) {
                return GgufVocabularies.tokenizer(gguf);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A GGUF file without tensors; the caller deletes it. */
    public static Path unpack() throws IOException {
        Path file = Files.createTempFile("smollm2-vocabulary", ".gguf");
        try (InputStream in = new GZIPInputStream(SmolLm2Vocabulary.class.getResourceAsStream(RESOURCE))) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
