package org.ascend4j.internal.cli;

import java.util.concurrent.Callable;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Prompt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code generate}: one prompt, one answer. */
@Command(name = "generate", description = "Answers one prompt; the text streams to stdout as it comes.")
final class GenerateCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private PromptOptions prompt = new PromptOptions();

    @Mixin
    private SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private ModelOptions model = new ModelOptions();

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
        GenerationOptions options = sampling.toOptions();
        model.toOptions();
        Prompt input = prompt.read(context.streams().in());
        try (Session session = context.open(model)) {
            if (chosen == OutputFormat.JSON) {
                Completion answer = session.stream(input, options, text -> {});
                context.streams().answer(AnswerJson.of(answer, session));
            } else {
                session.stream(input, options, context.streams()::answer);
                context.streams().answer("\n");
            }
        }
        return ExitCode.OK;
    }
}
