package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tokenize}: text to token ids, without weights or a device. */
@Command(name = "tokenize", description = "Prints the token ids of a text; loads no weights and opens no device.")
final class TokenizeCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--text", paramLabel = "T", description = "The text.")
    private String text;

    @Option(
            names = "--file",
            paramLabel = "F",
            description = "A file with one JSON string a line; each gets a line of ids.")
    private String file;

    @Option(names = "--special", description = "Read markers of special tokens as such; without it they are text.")
    private boolean special;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "json",
            description = "json, an array, or text, ids with spaces between (default: json).")
    private String format;

    TokenizeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        OutputFormat chosen = OutputFormat.parse(format);
        if ((text == null) == (file == null)) {
            throw new UsageException("give the text by either --text or --file");
        }
        model.toOptions();
        Backend.TextEncoder encoder = context.backend().encoder(context.file(model.name()));
        if (file == null) {
            context.streams().answer(line(encoder.encode(text, special), chosen));
        } else {
            encodeLines(encoder, chosen);
        }
        return ExitCode.OK;
    }

    private void encodeLines(Backend.TextEncoder encoder, OutputFormat chosen) throws IOException {
        try (TextLines lines = TextLines.open(file)) {
            for (String line = lines.next(); line != null; line = lines.next()) {
                try {
                    context.streams().answer(line(encoder.encode(line, special), chosen));
                } catch (InvalidRequestException refused) {
                    throw new AscendException(lines.where() + ": " + refused.getMessage(), refused);
                }
            }
        }
    }

    private static String line(int[] ids, OutputFormat format) {
        boolean json = format == OutputFormat.JSON;
        return Arrays.stream(ids)
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(json ? ", " : " ", json ? "[" : "", json ? "]\n" : "\n"));
    }
}
