package org.ascend4j.internal.schedule;

/** What a scheduler counts; plain fields, since only the engine thread touches them. */
final class Counters {
    long steps;
    long undoneSteps;
    long scheduledTokens;
    long promptTokens;
    long generatedTokens;
    long preemptions;
    long prefixQueries;
    long prefixHits;
    long blockCopies;
    long draftsProposed;
    long draftsAccepted;
    long discarded;
    long refused;
    private final long[] finished = new long[FinishReason.values().length];

    void finished(FinishReason reason) {
        finished[reason.ordinal()]++;
    }

    long finishedFor(FinishReason reason) {
        return finished[reason.ordinal()];
    }
}
