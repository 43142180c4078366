package org.ascend4j;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.ascend4j.error.AscendException;

/** Between the engine's futures and those of callers. */
final class Waiting {
    private Waiting() {}

    /** Waits; an interrupt cancels the future. */
    static <T> T forEnd(CompletableFuture<T> future, String what) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AscendException cause
                    ? cause
                    : new AscendException("the " + what + " failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new AscendException("interrupted while waiting for the " + what, e);
        }
    }

    /**
     * A future of what {@code finish} makes of another one's result; {@code threads} run that, and whatever depends on it.
     * Cancelling it cancels the other.
     */
    static <S, T> CompletableFuture<T> handOver(CompletableFuture<S> from, Executor threads, Function<S, T> finish) {
        CompletableFuture<T> result = new CompletableFuture<>();
        from.whenComplete((value, failure) -> threads.execute(() -> {
            if (failure != null) {
                result.completeExceptionally(
                        failure instanceof CompletionException wrapped && wrapped.getCause() != null
                                ? wrapped.getCause()
                                : failure);
                return;
            }
            try {
                result.complete(finish.apply(value));
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        }));
        result.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                from.cancel(false);
            }
        });
        return result;
    }
}
