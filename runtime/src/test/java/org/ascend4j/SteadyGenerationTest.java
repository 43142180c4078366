package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token of a long answer costs on its way through the public API, over all threads of the process. */
@Timeout(120)
class SteadyGenerationTest {
    private static final int TOKENS = 160;
    private static final int WARM_UPS = 40;
    private static final int MOST_BYTES = 1024;
    private static final int MOST_CALLS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Bytes and native calls of one answer. */
    private record Cost(long bytes, long calls, long replayed) {}

    @AfterEach
    void freesEverything() {
        TinyModels.assertNothingOutstanding();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void takesAKilobyteAndThreeNativeCallsAToken(boolean streamed) throws InterruptedException {
        LlmOptions options =
                TinyModels.options().maxSequences(1).maxBatchTokens(512).build();
        try (Llm llm = Llm.open(TinyModels.path("q4_1"), options)) {
            for (int i = 0; i < WARM_UPS; i++) {
                cost(llm, 3 * TOKENS, streamed);
            }
            Cost shorter = cost(llm, TOKENS, streamed);
            Cost longer = cost(llm, 3 * TOKENS, streamed);
            // What a request costs once is in both and cancels out.
            double bytes = (longer.bytes() - shorter.bytes()) / (2.0 * TOKENS);
            double calls = (longer.calls() - shorter.calls()) / (double) (longer.replayed() - shorter.replayed());
            System.out.printf(
                    "%s: %.0f bytes and %.2f native calls a token%n", streamed ? "streamed" : "whole", bytes, calls);
            assertThat(longer.replayed() - shorter.replayed()).isEqualTo(2 * TOKENS);
            assertThat(bytes).isBetween(1.0, (double) MOST_BYTES);
            assertThat(calls).isBetween(1.0, (double) MOST_CALLS);
        }
    }

    private Cost cost(Llm llm, int tokens, boolean streamed) throws InterruptedException {
        GenerationOptions wish =
                GenerationOptions.defaults().withMaxTokens(tokens).withIgnoreEnd(true);
        LlmStats.Steps before = idle(llm);
        long bytes = allocated();
        if (streamed) {
            try (TokenStream stream = llm.stream(Prompt.tokens(5), wish)) {
                while (stream.hasNext()) {
                    stream.next();
                }
            }
        } else {
            assertThat(llm.generate(Prompt.tokens(5), wish).tokens()).hasSize(tokens);
        }
        long taken = allocated() - bytes; // asking for figures leaves garbage, too
        LlmStats.Steps after = idle(llm);
        return new Cost(taken, after.nativeCalls() - before.nativeCalls(), after.full() - before.full());
    }

    /** The engine's figures are exact when nothing is left in it. */
    private static LlmStats.Steps idle(Llm llm) throws InterruptedException {
        return IdleStats.of(llm).steps();
    }

    private long allocated() {
        long sum = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }
}
