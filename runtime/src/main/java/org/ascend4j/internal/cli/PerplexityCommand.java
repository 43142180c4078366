package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ascend4j.Prompt;
import org.ascend4j.error.AscendException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code perplexity}: how surprised a model is by a text. */
@Command(
        name = "perplexity",
        description = {
            "Prints a model's perplexity on a text: e to the mean of minus the log probability of each token.",
            "The text is read as generate --raw reads a prompt. A text longer than the context is cut into windows of"
                    + " the context's length; each begins with the last token of the one before, so that every token"
                    + " but the first is predicted once."
        })
final class PerplexityCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--file", required = true, paramLabel = "F", description = "A UTF-8 file that holds the text.")
    private String file;

    @Option(
            names = "--format",
            paramLabel = "F",
            defaultValue = "text",
            description = "text, or json: one line with the numbers and the device (default: text).")
    private String format;

    PerplexityCommand(Context context) {
        this.context = context;
    }

    /** What came of a text; {@code window} is the most tokens that the model saw together. */
    private record Score(int tokens, int predictions, int window, double meanNll) {
        double perplexity() {
            return Math.exp(meanNll);
        }
    }

    @Override
    public Integer call() throws IOException {
        OutputFormat chosen = OutputFormat.parse(format);
        model.toOptions();
        String text = PromptOptions.content(file);
        try (Session session = context.open(model)) {
            Score score = score(session, text);
            context.streams().answer(chosen == OutputFormat.JSON ? json(score, session) : lines(score));
        }
        return ExitCode.OK;
    }

    private Score score(Session session, String text) {
        int[] ids = session.encode(Prompt.raw(text));
        int window = session.contextLength();
        if (ids.length < 2 || window < 2) {
            throw new AscendException(file + ": found " + ids.length + " tokens and a context of " + window
                    + ", expected at least 2 of" + " each: the first token is not predicted");
        }
        ProgressBar bar = new ProgressBar(context.streams(), "perplexity", "tokens", 1);
        double sum = 0;
        try {
            for (int from = 0; from < ids.length - 1; from += window - 1) {
                int to = (int) Math.min(ids.length, (long) from + window);
                for (double logarithm : session.score(Arrays.copyOfRange(ids, from, to))) {
                    sum -= logarithm;
                }
                bar.progress(to, ids.length);
            }
        } finally {
            bar.clear();
        }
        if (Double.isNaN(sum)) {
            throw new AscendException("the model's log probabilities: found NaN, expected numbers; the weights may be"
                    + " damaged or too large for the --dtype");
        }
        return new Score(ids.length, ids.length - 1, Math.min(window, ids.length), sum / (ids.length - 1));
    }

    private static String lines(Score score) {
        return String.format(
                Locale.ROOT,
                "tokens: %d%npredictions: %d%nwindow: %d%nmean negative log-likelihood: %.5f%nperplexity: %.5f%n",
                score.tokens(),
                score.predictions(),
                score.window(),
                score.meanNll(),
                score.perplexity());
    }

    private String json(Score score, Session session) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("schema", AnswerJson.SCHEMA);
            json.writeStringField("file", file);
            json.writeNumberField("tokens", score.tokens());
            json.writeNumberField("predictions", score.predictions());
            json.writeNumberField("window", score.window());
            json.writeNumberField("mean_nll", score.meanNll());
            json.writeNumberField("perplexity", score.perplexity());
            AnswerJson.writeDevice(json, session.device());
            AnswerJson.writeCompatibility(json, session.compatibility());
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }
}
