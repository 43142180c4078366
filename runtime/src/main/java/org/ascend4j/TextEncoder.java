package org.ascend4j;

import org.ascend4j.compat.Verdict;

/** What open models that read texts and write none have in common. */
abstract sealed class TextEncoder implements AutoCloseable permits Embedder, Reranker {
    final OpenedEncoder opened;

    /** Calls whoever waits, so that the engine thread need not. */
    final AnswerThreads callers;

    /** @param work names the threads that call whoever waits */
    TextEncoder(OpenedEncoder opened, String work) {
        this.opened = opened;
        this.callers = new AnswerThreads(work, 4);
    }

    /** Most tokens of one text, or of query and document together, markers included; longer ones are cut. */
    public int contextLength() {
        return opened.contextLength();
    }

    /** The name in the model file, or the folder's. */
    public String modelName() {
        return opened.name();
    }

    /** The device that runs the model. */
    public DeviceInfo device() {
        return opened.device();
    }

    /** What the guard said of this host when the model was opened. */
    public Verdict compatibility() {
        return opened.verdict();
    }

    /** How long opening took. */
    public long loadNanos() {
        return opened.loadNanos();
    }

    /** The state now; never waits. */
    public Health health() {
        return Health.of(opened.engine().health());
    }

    /**
     * Ends running calls at once with an {@link org.ascend4j.error.UnavailableException} and frees everything on the
     * device. Idempotent; waits for a step that runs, but not for a device that hangs.
     */
    @Override
    public void close() {
        opened.engine().close();
        callers.close();
    }
}
