package org.ascend4j;

/** The figures of an engine that has nothing to do; they follow its work by up to 50 ms. */
public final class IdleStats {
    private static final long LONGER_THAN_FIGURES_LAG = 100;

    private IdleStats() {}

    /** Waits until no request is left and the figures stand still. */
    public static LlmStats of(Llm llm) throws InterruptedException {
        LlmStats before;
        LlmStats now = llm.stats();
        do {
            before = now;
            Thread.sleep(LONGER_THAN_FIGURES_LAG);
            now = llm.stats();
        } while (now.requests().live() > 0
                || now.requests().held() > 0
                || !now.steps().equals(before.steps())
                || !now.tokens().equals(before.tokens()));
        return now;
    }
}
