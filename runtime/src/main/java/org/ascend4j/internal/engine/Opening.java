package org.ascend4j.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ascend4j.error.AscendException;

/** How whoever opens an engine waits for its thread to have opened the model. */
final class Opening {
    private Opening() {}

    /**
     * The model that an engine's thread opens.
     *
     * @param join waits for the thread, which ends by itself where opening failed
     * @param close ends the engine
     * @throws RuntimeException what opening failed with
     */
    static <M> M await(CompletableFuture<M> opened, Runnable join, Runnable close) {
        try {
            return opened.get();
        } catch (ExecutionException e) {
            join.run();
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new AscendException("the engine did not open: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            close.run();
            Thread.currentThread().interrupt();
            throw new AscendException("interrupted while the model was loading", e);
        }
    }
}
