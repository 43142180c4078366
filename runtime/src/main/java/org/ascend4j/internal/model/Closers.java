package org.ascend4j.internal.model;

import java.util.ArrayDeque;
import java.util.Deque;

/** What an owner has to free, in the order in which it got it. */
final class Closers implements AutoCloseable {
    private final Deque<Runnable> closers = new ArrayDeque<>();

    void push(Runnable closer) {
        closers.push(closer);
    }

    /** Frees everything, last acquired first, even if a part cannot be freed; the first failure is thrown at the end. */
    @Override
    public void close() {
        RuntimeException first = null;
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
