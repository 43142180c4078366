package org.ascend4j.internal.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.store.Utf8Path;
import picocli.CommandLine.Option;

/** Where the prompt comes from. */
final class PromptOptions {
    private static final String STDIN = "-";

    @Option(
            names = "--prompt",
            paramLabel = "P",
            description = "The prompt; - reads it from stdin. A prompt that begins with - or @ is text.")
    private String prompt;

    @Option(
            names = "--prompt-file",
            paramLabel = "F",
            description = "A UTF-8 file that holds the prompt, taken to the last byte.")
    private String file;

    @Option(names = "--system", paramLabel = "S", description = "A system message in front of the prompt.")
    private String system;

    @Option(
            names = "--raw",
            description = "Continue the prompt as it is: no chat template, markers of special tokens count as such,"
                    + " BOS and EOS as the model file says.")
    private boolean raw;

    Prompt read(InputStream stdin) throws IOException {
        if ((prompt == null) == (file == null)) {
            throw new UsageException("give the prompt by either --prompt or --prompt-file");
        }
        if (raw && system != null) {
            throw new UsageException("--system has no place in a --raw prompt");
        }
        String text = file == null ? given(stdin) : content(file);
        if (raw) {
            return Prompt.raw(text);
        }
        List<Message> messages = new ArrayList<>();
        if (system != null) {
            messages.add(Message.system(system));
        }
        messages.add(Message.user(text));
        return Prompt.chat(messages);
    }

    private String given(InputStream stdin) throws IOException {
        return prompt.equals(STDIN) ? Utf8Text.readAll(stdin, "stdin") : prompt;
    }

    /** The text of a file that an option names. */
    static String content(String name) throws IOException {
        try (InputStream in = open(name)) {
            return Utf8Text.readAll(in, name);
        }
    }

    /** Opens a file that an option names. */
    static InputStream open(String name) throws IOException {
        Path path = Utf8Path.of(name);
        if (Files.isDirectory(path)) {
            throw new AscendException(name + ": is a directory, expected a file");
        }
        if (!Files.exists(path)) {
            throw new AscendException(name + ": no such file");
        }
        return Files.newInputStream(path);
    }
}
