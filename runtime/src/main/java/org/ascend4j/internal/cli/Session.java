package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.ascend4j.Completion;
import org.ascend4j.ContinuationScore;
import org.ascend4j.DeviceInfo;
import org.ascend4j.GenerationOptions;
import org.ascend4j.LlmOptions;
import org.ascend4j.Prompt;
import org.ascend4j.compat.Verdict;
import org.ascend4j.internal.serve.ServerOptions;

/** An opened model, as far as the commands need one. */
interface Session extends AutoCloseable {
    /** Generates an answer; its text reaches {@code text} piece by piece. What {@code text} throws ends the answer. */
    Completion stream(Prompt prompt, GenerationOptions options, Consumer<String> text);

    /**
     * Starts as many answers as the options say and goes on; answers that run at the same time are batched. Cancelling the
     * future ends them.
     */
    CompletableFuture<List<Completion>> generateAll(Prompt prompt, GenerationOptions options);

    /**
     * Serves the model over HTTP until the result is drained.
     *
     * @param embeddingModel opened beside it; null for none
     * @param embeddingOptions of that one
     */
    Serving serve(ServerOptions options, Path embeddingModel, LlmOptions embeddingOptions);

    /** The ids that the model sees for a prompt. */
    int[] encode(Prompt prompt);

    /** What a token stands for, possibly a part of a character only. */
    byte[] tokenBytes(int token);

    /** The natural logarithm of the probability of each token after the first; no more ids than the context. */
    double[] score(int[] ids);

    /** How likely the model finds each continuation of a prompt. */
    List<ContinuationScore> scoreContinuations(Prompt prompt, List<String> continuations);

    /** Most tokens of one sequence. */
    int contextLength();

    /** The name in the model file. */
    String modelName();

    DeviceInfo device();

    Verdict compatibility();

    /** How long opening took. */
    long loadNanos();

    @Override
    void close();
}
