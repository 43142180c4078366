package org.ascend4j.internal.engine;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.model.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the one platform thread that may touch the device: ACL's state belongs to an OS thread. Callers talk to it through
 * a queue; the model is opened, run and closed on it.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private sealed interface Command {
        record Submit(Request request) implements Command {}

        record Cancel(long id) implements Command {}

        record Close() implements Command {}
    }

    private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final AtomicReference<AscendException> dead = new AtomicReference<>();
    private final Thread thread;

    private Engine(Supplier<Model> opener, EngineOptions options, CompletableFuture<Model> opened) {
        this.thread = new Thread(() -> run(opener, options, opened), "ascend4j-engine");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Starts the thread and opens the model on it.
     *
     * @param opener runs on the engine thread; what it throws is thrown here
     * @param describe reads facts of the open model, also on the engine thread's behalf, before any request
     */
    public static <T> Opened<T> open(Supplier<Model> opener, EngineOptions options, Function<Model, T> describe) {
        CompletableFuture<Model> opened = new CompletableFuture<>();
        Engine engine = new Engine(opener, options, opened);
        try {
            return new Opened<>(engine, describe(describe, opened.get(), engine));
        } catch (ExecutionException e) {
            engine.join();
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new AscendException("the engine did not open: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            engine.close();
            Thread.currentThread().interrupt();
            throw new AscendException("interrupted while the model was loading", e);
        }
    }

    private static <T> T describe(Function<Model, T> describe, Model model, Engine engine) {
        try {
            return describe.apply(model);
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /** An engine and the facts of its model. */
    public record Opened<T>(Engine engine, T facts) {}

    /** Queues a request; its sink hears of everything else. */
    public void submit(Request request) {
        AscendException cause = dead.get();
        if (cause != null) {
            throw cause;
        }
        commands.add(new Command.Submit(request));
        // The thread may have died between the check and the add; then nobody reads the queue any more.
        cause = dead.get();
        if (cause != null) {
            drainTo(cause);
        }
    }

    /** Ends a request at the next step's boundary; unknown and finished ids are ignored. */
    public void cancel(long id) {
        commands.add(new Command.Cancel(id));
    }

    /** Whether the thread still serves requests. */
    public boolean alive() {
        return dead.get() == null;
    }

    /** Ends running requests, closes the model and waits for the thread. Idempotent. */
    @Override
    public void close() {
        commands.add(new Command.Close());
        join();
    }

    private void run(Supplier<Model> opener, EngineOptions options, CompletableFuture<Model> opened) {
        Model model;
        try {
            model = opener.get();
        } catch (Throwable e) {
            dead.set(new AscendException("the model did not open: " + e.getMessage(), e));
            opened.completeExceptionally(e);
            return;
        }
        try (model) {
            EngineLoop loop = EngineLoop.open(model, options);
            opened.complete(model);
            serve(loop);
        } catch (Throwable e) {
            dead.compareAndSet(null, new AscendException("the engine stopped: " + e.getMessage(), e));
            if (!opened.completeExceptionally(e)) {
                LOG.error("the engine stopped while closing its model: {}", e.getMessage(), e);
            }
        }
    }

    private void serve(EngineLoop loop) {
        AscendException cause = new AscendException("the model is closed");
        try {
            while (drain(loop)) {
                loop.step();
            }
        } catch (Throwable e) {
            // After a failed step the device's state is unknown: fail everything rather than answer from it.
            LOG.error("a step failed; the engine stops: {}", e.getMessage(), e);
            cause = new AscendException("the engine stopped because a step failed: " + e.getMessage(), e);
        }
        dead.set(cause);
        loop.failAll(cause);
        drainTo(cause);
    }

    /** Runs what is queued, waiting for more while there is no work; false when it is time to close. */
    private boolean drain(EngineLoop loop) throws InterruptedException {
        while (true) {
            Command command = loop.hasWork() ? commands.poll() : commands.take();
            if (command == null) {
                return true;
            } else if (command instanceof Command.Submit submit) {
                loop.submit(submit.request());
            } else if (command instanceof Command.Cancel cancel) {
                loop.cancel(cancel.id());
            } else {
                return false;
            }
        }
    }

    private void drainTo(AscendException cause) {
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            if (command instanceof Command.Submit submit) {
                submit.request().sink().failed(cause);
            }
        }
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
