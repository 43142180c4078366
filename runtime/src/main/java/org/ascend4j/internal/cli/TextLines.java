package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.error.AscendException;

/** The texts of a file that has one JSON string a line. */
final class TextLines implements Closeable {
    private final InputStream in;
    private final String file;
    private int number;

    private TextLines(InputStream in, String file) {
        this.in = in;
        this.file = file;
    }

    static TextLines open(String file) throws IOException {
        return new TextLines(new BufferedInputStream(PromptOptions.open(file)), file);
    }

    /**
     * Texts that are given one by one or in a file, but not both.
     *
     * @param option the name of the option that gives one
     */
    static List<String> read(List<String> given, String option, String file) throws IOException {
        if (given.isEmpty() == (file == null)) {
            throw new UsageException("give the texts by either " + option + " or --input");
        }
        if (file == null) {
            return given;
        }
        List<String> texts = new ArrayList<>();
        try (TextLines lines = open(file)) {
            for (String text = lines.next(); text != null; text = lines.next()) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** The next text, or null at the end of the file. */
    String next() throws IOException {
        String line = Utf8Text.readLine(in, file);
        number++;
        return line == null ? null : parse(line);
    }

    /** The file and the line of the text that was read last, for messages. */
    String where() {
        return file + ", line " + number;
    }

    private String parse(String line) throws IOException {
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Utf8Text.LONGEST)
                        .build())
                .build();
        try (JsonParser parser = factory.createParser(line)) {
            if (parser.nextToken() == JsonToken.VALUE_STRING) {
                String value = parser.getText();
                if (parser.nextToken() == null) {
                    return value;
                }
            }
        } catch (JsonProcessingException malformed) {
            throw new AscendException(
                    where() + ": " + malformed.getOriginalMessage() + ", expected one JSON string", malformed);
        }
        throw new AscendException(where() + ": expected one JSON string and nothing else");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
