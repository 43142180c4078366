package org.ascend4j.internal.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.store.Utf8Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code batch}: a file of requests to a file of answers. */
@Command(
        name = "batch",
        description = {
            "Answers a file of requests: OpenAI's batch lines in, OpenAI's batch lines out, in the order they finish.",
            "/v1/completions continues body.prompt as generate --raw does; /v1/chat/completions puts body.messages"
                    + " through the model's template.",
            "A line that cannot be answered gets one with an error; null as custom_id and error.line tell of a line"
                    + " without a usable name.",
            "Stopped at any point, the same command goes on: lines of the output are skipped, a torn last one is cut"
                    + " off."
        })
final class BatchCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--input",
            required = true,
            paramLabel = "F",
            description = "A file of JSON objects, one a line: custom_id, method, url, body.")
    private String input;

    @Option(
            names = "--output",
            required = true,
            paramLabel = "G",
            description = "Where the answers go; what it holds already is kept.")
    private String output;

    BatchCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        int window = BatchRun.WINDOW * model.toOptions().maxSequences();
        Path target = Utf8Path.of(output);
        int total;
        requireRegular();
        try (JsonLines lines = new JsonLines(PromptOptions.open(input))) {
            total = lines.count();
        }
        if (Files.exists(target) && Files.isSameFile(Utf8Path.of(input), target)) {
            throw new UsageException("--output: found the input file, expected another");
        }
        BatchProgress progress = new BatchProgress(context.streams(), total);
        try (BatchOutput answers = BatchOutput.open(target, output);
                JsonLines lines = new JsonLines(PromptOptions.open(input))) {
            run(lines, answers, window, progress);
        }
        context.streams().note("ascend4j: " + progress.summary());
        return ExitCode.OK;
    }

    /** A pipe cannot be read again by the run that goes on. */
    private void requireRegular() {
        Path path = Utf8Path.of(input);
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new AscendException(input + ": is not a regular file; a batch needs one to go on after a stop");
        }
    }

    private void run(JsonLines lines, BatchOutput answers, int window, BatchProgress progress)
            throws IOException, InterruptedException {
        try (Session session = context.open(model)) {
            new BatchRun(lines, answers, session, window, progress).run();
        } finally {
            progress.clear();
        }
    }
}
