package org.ascend4j.bench.measure;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.Prompt;
import org.ascend4j.TokenStream;
import org.ascend4j.error.AscendException;

/** Sends requests of exact token counts to an open model, through its public API only. Thread-safe but for prompts. */
public final class Requests {
    private final Llm llm;
    private final PromptSource prompts;
    private final AtomicLong sent = new AtomicLong();

    public Requests(Llm llm, PromptSource prompts) {
        this.llm = llm;
        this.prompts = prompts;
    }

    /** A new prompt; the caller's thread only. */
    public int[] prompt(int length) {
        return prompts.next(length);
    }

    /** Greedy, to exactly {@code tokens} tokens, and with a salt of its own: nothing is shared with other requests. */
    private GenerationOptions options(int tokens) {
        return GenerationOptions.defaults()
                .withMaxTokens(tokens)
                .withIgnoreEnd(true)
                .withCacheSalt("bench " + sent.incrementAndGet());
    }

    /** Starts a streamed request; {@link #read} takes its tokens. */
    public TokenStream start(int[] prompt, int tokens) {
        return llm.stream(Prompt.tokens(prompt), options(tokens));
    }

    /** Reads a stream to its end, and when each token came. */
    public Trace read(TokenStream stream, long startNanos, int promptTokens, int tokens) {
        long[] times = new long[tokens];
        int count = 0;
        try (stream) {
            while (stream.hasNext()) {
                long now = System.nanoTime();
                // More than one if this thread has fallen behind.
                for (int i = stream.next().tokens().length; i > 0; i--) {
                    requireRoom(count, tokens);
                    times[count++] = now;
                }
            }
        }
        require(count, tokens);
        return new Trace(startNanos, promptTokens, times);
    }

    /** Sends one request and waits for its end. */
    public Trace run(int[] prompt, int tokens) {
        long start = System.nanoTime();
        return read(start(prompt, tokens), start, prompt.length, tokens);
    }

    /** Starts a request whose tokens nobody looks at before the last. */
    public CompletableFuture<Completion> submit(int[] prompt, int tokens) {
        return llm.generateAsync(Prompt.tokens(prompt), options(tokens)).thenApply(completion -> {
            require(completion.tokens().length, tokens);
            if (!Arrays.equals(completion.promptTokens(), prompt)) {
                throw new AscendException("the model saw " + completion.promptTokens().length
                        + " tokens of a prompt of " + prompt.length);
            }
            return completion;
        });
    }

    private static void requireRoom(int count, int tokens) {
        if (count == tokens) {
            throw new AscendException("a request generated more than the " + tokens + " tokens it asked for");
        }
    }

    private static void require(int found, int expected) {
        if (found != expected) {
            throw new AscendException("a request generated " + found + " tokens, expected exactly " + expected
                    + "; does the context hold them?");
        }
    }
}
