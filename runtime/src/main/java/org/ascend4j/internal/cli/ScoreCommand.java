package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.ascend4j.ContinuationScore;
import org.ascend4j.Prompt;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code score}: how likely a model finds given answers. */
@Command(
        name = "score",
        description = {
            "Prints how likely the model finds each of some continuations of a prompt, as a line of JSON: index,"
                    + " log_likelihood, tokens, per_token, greedy.",
            "The prompt is computed once."
        })
final class ScoreCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private PromptOptions prompt = new PromptOptions();

    @Option(names = "--continuation", paramLabel = "C", description = "A continuation; may be given several times.")
    private List<String> continuations = List.of();

    @Option(names = "--input", paramLabel = "FILE", description = "A file with one JSON string a line.")
    private String input;

    ScoreCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        Prompt known = prompt.read(context.streams().in());
        model.toOptions();
        List<String> all = TextLines.read(continuations, "--continuation", input);
        try (Session session = context.open(model)) {
            int index = 0;
            for (ContinuationScore score : session.scoreContinuations(known, all)) {
                context.streams().answer(line(index++, score));
            }
        }
        return ExitCode.OK;
    }

    private static String line(int index, ContinuationScore score) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("index", index);
            json.writeNumberField("log_likelihood", score.logLikelihood());
            json.writeNumberField("tokens", score.tokens().size());
            json.writeNumberField("per_token", score.perToken());
            json.writeBooleanField("greedy", score.greedy());
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }
}
