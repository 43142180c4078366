package org.ascend4j.internal.pretrained;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ascend4j.error.ModelFormatException;

/** Texts of a model's folder. */
final class TextFile {
    private TextFile() {}

    /**
     * A file's whole content.
     *
     * @throws ModelFormatException if it is larger than {@code mostBytes}, not UTF-8, or cannot be read
     */
    static String read(Path file, long mostBytes) {
        try {
            long size = Files.size(file);
            if (size > mostBytes) {
                throw new ModelFormatException(file + ": found " + size + " bytes, expected at most " + mostBytes);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ModelFormatException(file + ": found bytes that are not UTF-8, expected UTF-8 text", e);
        } catch (IOException e) {
            throw new ModelFormatException(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}
