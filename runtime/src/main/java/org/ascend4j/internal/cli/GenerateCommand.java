package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Prompt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code generate}: one prompt, one answer. */
@Command(name = "generate", description = "Answers one prompt; the text streams to stdout as it comes.")
final class GenerateCommand implements Callable<Integer> {
    private static final int MOST_COPIES = 128;

    private final Context context;

    @Mixin
    private PromptOptions prompt = new PromptOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(
            names = "--adapter",
            paramLabel = "NAME",
            description = "Which of several --lora adapters answers (default: the only one).")
    private String adapter;

    @Option(
            names = "--n",
            paramLabel = "N",
            defaultValue = "1",
            description = "Answers to the prompt, generated together and printed one after another; with --seed the"
                    + " next has the next seed (default: 1).")
    private int copies;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "text",
            description = "text, or json: the whole answer with ids, usage, timing and device (default: text).")
    private String format;

    GenerateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws Exception {
        OutputFormat chosen = OutputFormat.parse(format);
        GenerationOptions options = model.loras().choose(sampling.toOptions(), adapter);
        if (copies < 1 || copies > MOST_COPIES) {
            throw new UsageException("n: found " + copies + ", expected a whole number from 1 to " + MOST_COPIES);
        }
        model.toOptions();
        Prompt input = prompt.read(context.streams().in());
        try (Session session = context.open(model)) {
            if (copies > 1) {
                answerAll(session, input, options, chosen);
            } else if (chosen == OutputFormat.JSON) {
                Completion answer = session.stream(input, options, text -> {});
                context.streams().answer(AnswerJson.of(answer, session));
            } else {
                session.stream(input, options, context.streams()::answer);
                context.streams().answer("\n");
            }
        }
        return ExitCode.OK;
    }

    private void answerAll(Session session, Prompt input, GenerationOptions options, OutputFormat chosen)
            throws IOException {
        try {
            for (Completion answer :
                    session.generateAll(input, options.withN(copies)).join()) {
                context.streams()
                        .answer(chosen == OutputFormat.JSON ? AnswerJson.of(answer, session) : answer.text() + "\n");
            }
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }
}
