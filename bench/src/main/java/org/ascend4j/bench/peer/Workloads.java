package org.ascend4j.bench.peer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;
import org.ascend4j.Prompt;
import org.ascend4j.TokenLogprob;
import org.ascend4j.TokenStream;

/** The workloads of the comparison. Ends of sequence are ignored, so every answer has the tokens that were asked for. */
final class Workloads {
    private final Llm llm;
    private final Prompts prompts;
    private long salt;

    Workloads(Llm llm, Prompts prompts) {
        this.llm = llm;
        this.prompts = prompts;
    }

    /** Seconds from the request to the first token. */
    double prefill(int tokens) {
        Prompt prompt = prompts.next(tokens);
        long start = System.nanoTime();
        exact(llm.generate(prompt, options(1)), 1);
        return (System.nanoTime() - start) / 1e9;
    }

    /** Seconds for {@code tokens} decode steps of one sequence that starts {@code context} tokens long. */
    double decode(int context, int tokens) {
        Completion completion = exact(llm.generate(prompts.next(context), options(tokens + 1)), tokens + 1);
        return tokens / completion.decodeTokensPerSecond();
    }

    /**
     * What requests that arrive at once took.
     *
     * @param total seconds from the first request to the last token
     * @param steps decode steps while every sequence was decoding
     * @param decode seconds of those steps
     */
    record Batch(double total, long steps, double decode) {}

    /** A finished request and the second at which it was sent. */
    private record Answer(double sent, Completion completion) {
        double first() {
            return sent + completion.timeToFirstTokenNanos() / 1e9;
        }

        double last() {
            int steps = completion.tokens().length - 1;
            return steps == 0 ? first() : first() + steps / completion.decodeTokensPerSecond();
        }
    }

    /** All requests at once. The last is read token by token, which dates the steps; nobody wakes up for the others. */
    Batch batch(int sequences, int context, int tokens) {
        List<Prompt> inputs =
                Stream.generate(() -> prompts.next(context)).limit(sequences).toList();
        double[] sent = new double[sequences];
        double[] times = new double[tokens];
        List<CompletableFuture<Completion>> others = new ArrayList<>();
        List<Answer> answers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < sequences - 1; i++) {
            sent[i] = since(start);
            others.add(llm.generateAsync(inputs.get(i), options(tokens)));
        }
        sent[sequences - 1] = since(start);
        try (TokenStream stream = llm.stream(inputs.get(sequences - 1), options(tokens))) {
            int count = 0;
            while (stream.hasNext()) {
                for (int i = stream.next().tokens().length; i > 0; i--) {
                    times[count++] = since(start);
                }
            }
            answers.add(new Answer(sent[sequences - 1], exact(stream.completion(), tokens)));
        }
        for (int i = 0; i < sequences - 1; i++) {
            answers.add(new Answer(sent[i], exact(others.get(i).join(), tokens)));
        }
        return steady(answers, times, since(start));
    }

    /** Cost of the steps in which all sequences decode: read from the engine's figures while the last one streams. */
    StepMeter.Cost steadySteps(int sequences, int context, int tokens) {
        List<CompletableFuture<Completion>> others = new ArrayList<>();
        for (int i = 0; i < sequences - 1; i++) {
            others.add(llm.generateAsync(prompts.next(context), options(tokens)));
        }
        LlmStats.Steps from = null;
        LlmStats.Steps to = null;
        try (TokenStream stream = llm.stream(prompts.next(context), options(tokens))) {
            for (int count = 0; stream.hasNext(); ) {
                count += stream.next().tokens().length;
                // Figures are up to 50 ms old: a quarter of the answer is behind them at either end.
                from = from == null && count >= tokens / 4 ? llm.stats().steps() : from;
                to = to == null && count >= tokens * 3 / 4 ? llm.stats().steps() : to;
            }
        }
        others.forEach(CompletableFuture::join);
        return StepMeter.between(from, to);
    }

    /** Cost of {@code tokens} steps of one sequence, as the difference of two answers: what comes before cancels out. */
    StepMeter.Cost replayedSteps(int tokens) {
        LlmStats.Steps before = StepMeter.idle(llm);
        decode(1, tokens);
        LlmStats.Steps between = StepMeter.idle(llm);
        decode(1, 2 * tokens);
        StepMeter.Cost shorter = StepMeter.between(before, between);
        StepMeter.Cost longer = StepMeter.between(between, StepMeter.idle(llm));
        return new StepMeter.Cost(
                longer.replayed() - shorter.replayed(),
                longer.others() - shorter.others(),
                longer.calls() - shorter.calls(),
                longer.share());
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Counts the dated steps between the last first token of all sequences and the first last one. */
    private static Batch steady(List<Answer> answers, double[] times, double total) {
        double from = answers.stream().mapToDouble(Answer::first).max().orElseThrow();
        double to = answers.stream().mapToDouble(Answer::last).min().orElseThrow();
        double[] inside =
                DoubleStream.of(times).filter(at -> at >= from && at <= to).toArray();
        int steps = Math.max(0, inside.length - 1);
        return new Batch(total, steps, steps == 0 ? 0 : inside[steps] - inside[0]);
    }

    /** The sum of the negative log-likelihoods of the tokens from an index on, read as one prompt. */
    double score(int[] tokens, int from) {
        return -DoubleStream.of(llm.score(tokens)).skip(from - 1L).sum();
    }

    /**
     * What the model thought of given tokens while it generated them one by one.
     *
     * @param from index of the first that a decode step predicted; those before it were read or predicted by prefill
     * @param negativeLogLikelihood sum over the tokens from there on
     * @param replayed of their steps, those that ran one captured graph: all, unless a window of the model is left behind
     */
    record Forced(int from, double negativeLogLikelihood, long replayed) {}

    /**
     * Generates given tokens in decode steps, one for each.
     *
     * @param from how many of the tokens are the prompt; the answer begins later if it must, to have only one beginning
     */
    Forced force(int[] tokens, int from) {
        int start = from;
        ForcedText text = forced(tokens, start);
        while (text.beginsOpenly()) {
            text = forced(tokens, ++start);
        }
        int[] expected = Arrays.copyOfRange(tokens, start, tokens.length);
        LlmStats.Steps before = StepMeter.idle(llm);
        Prompt prompt = Prompt.tokens(Arrays.copyOf(tokens, start));
        Completion completion = llm.generate(prompt, text.options().withCacheSalt("force" + salt++));
        StepMeter.Cost steps = StepMeter.between(before, StepMeter.idle(llm));
        if (!Arrays.equals(completion.tokens(), expected)) {
            int at = Arrays.mismatch(completion.tokens(), expected);
            throw new IllegalStateException("found other tokens from the " + at + "th on than were forced");
        }
        if (steps.replayed() == 0 || steps.replayed() + steps.others() != expected.length) {
            throw new IllegalStateException("found " + steps + ", expected replayed steps and " + expected.length
                    + " in all: one for the prompt, then one for each token");
        }
        double sum = completion.logprobs().stream()
                .skip(1)
                .mapToDouble(TokenLogprob::logprob)
                .sum();
        return new Forced(start + 1, -sum, steps.replayed());
    }

    private ForcedText forced(int[] tokens, int from) {
        if (from >= tokens.length - 1) {
            throw new IllegalArgumentException("tokens: found none whose beginning is the only one");
        }
        return new ForcedText(Arrays.copyOfRange(tokens, from, tokens.length), llm::tokenBytes);
    }

    private GenerationOptions options(int tokens) {
        // A salt of its own keeps a request off the blocks of every other.
        return GenerationOptions.defaults()
                .withMaxTokens(tokens)
                .withIgnoreEnd(true)
                .withCacheSalt(Long.toString(salt++));
    }

    private static Completion exact(Completion completion, int tokens) {
        if (completion.tokens().length != tokens) {
            throw new IllegalStateException(
                    "found " + completion.tokens().length + " generated tokens, expected " + tokens);
        }
        return completion;
    }
}
