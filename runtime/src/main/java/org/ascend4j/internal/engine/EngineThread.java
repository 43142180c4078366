package org.ascend4j.internal.engine;

import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.acl.NativeCalls;
import org.ascend4j.internal.model.Model;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs on the thread that owns the device: opens the model, serves commands and steps, sleeps, wakes, closes. */
final class EngineThread implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineThread.class);

    private final Supplier<Model> opener;
    private final EngineOptions options;
    private final CompletableFuture<Model> opened;
    private final Lifecycle lifecycle;
    private final LiveRequests live;
    private final StatsBoard board;
    private final StepClock clock;
    private final BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
    private final LoadedAdapters adapters = new LoadedAdapters();
    private Model model;
    private EngineLoop loop;
    private boolean asleep;
    private String doing = "a command";

    /** A command to be carried out when no work is left, and until when that may take; null for none. */
    private Command ending;

    private long endingDeadline;
    private boolean endedAll;

    EngineThread(
            Supplier<Model> opener,
            EngineOptions options,
            CompletableFuture<Model> opened,
            Lifecycle lifecycle,
            LiveRequests live,
            StatsBoard board,
            StepClock clock) {
        this.opener = opener;
        this.options = options;
        this.opened = opened;
        this.lifecycle = lifecycle;
        this.live = live;
        this.board = board;
        this.clock = clock;
    }

    void post(Command command) {
        commands.add(command);
    }

    /** For the watchdog, whose view of another thread's objects may be a little old. */
    String describe() {
        EngineLoop current = loop;
        try {
            return current == null ? "no model is on the device" : current.describe();
        } catch (RuntimeException e) {
            return "its state cannot be read: " + e;
        }
    }

    /** The operators queued last; as {@link #describe}. */
    String lastQueued() {
        Model current = model;
        try {
            return current == null ? "none" : current.lastQueued();
        } catch (RuntimeException e) {
            return "they cannot be read: " + e;
        }
    }

    @Override
    public void run() {
        AscendException cause;
        try {
            start();
            cause = lifecycle.stop(serve());
        } catch (Throwable e) {
            // After a failed step the device's state is unknown: fail everything rather than answer from it.
            cause = fail(e);
        }
        end(cause);
        try {
            closeModel();
        } catch (Throwable e) {
            LOG.error("the engine stopped while closing its model: {}", e.getMessage(), e);
        }
    }

    private void start() {
        model = opener.get();
        loop = EngineLoop.open(model, options);
        lifecycle.move(Set.of(EngineState.STARTING), EngineState.READY, "the model is open");
        board.publish(loop);
        opened.complete(model);
    }

    private AscendException fail(Throwable e) {
        if (opened.completeExceptionally(e)) {
            return lifecycle.fail("the model did not open: " + e.getMessage(), e);
        }
        LOG.error("{} failed; the engine stops: {}; {}", doing, e.getMessage(), describe(), e);
        return lifecycle.fail("the engine stopped because " + doing + " failed: " + e.getMessage(), e);
    }

    private void end(AscendException cause) {
        if (loop != null) {
            loop.failAll(cause);
        }
        live.failAll(cause);
        adapters.fail(cause);
        for (Command command = commands.poll(); command != null; command = commands.poll()) {
            CompletableFuture<Boolean> done = done(command);
            if (done != null) {
                done.completeExceptionally(cause);
            }
        }
        if (loop != null) {
            board.publish(loop);
        }
    }

    private static CompletableFuture<Boolean> done(Command command) {
        if (command instanceof Command.Sleep sleep) {
            return sleep.done();
        } else if (command instanceof Command.Drain drain) {
            return drain.done();
        } else if (command instanceof Command.LoadAdapter load) {
            return load.done();
        } else if (command instanceof Command.UnloadAdapter unload) {
            return unload.done();
        }
        return command instanceof Command.Wake wake ? wake.done() : null;
    }

    /** @return why it is over */
    private String serve() throws InterruptedException {
        while (!lifecycle.state().over()) {
            adapters.sweep(model, loop);
            Command command = next();
            if (command instanceof Command.Close) {
                return "the model is closed";
            } else if (command != null) {
                handle(command);
            } else if (loop != null && loop.hasWork()) {
                work();
            } else if (ending instanceof Command.Drain drain) {
                drain.done().complete(endedAll);
                return "the model is closed after it was drained";
            } else if (ending instanceof Command.Sleep sleep) {
                ending = null;
                sleep(sleep);
            }
        }
        return "the engine was given up";
    }

    /** A command; null if there is none and something else to do. */
    private Command next() throws InterruptedException {
        if (ending != null || loop != null && loop.hasWork()) {
            return commands.poll();
        }
        Command command = commands.poll();
        if (command == null) {
            if (loop != null) {
                board.publish(loop);
            }
            command = commands.take();
        }
        return command;
    }

    private void work() {
        if (ending != null && endedAll && System.nanoTime() - endingDeadline >= 0) {
            endedAll = false;
            loop.failAll(new UnavailableException("the request did not end in the time that was left: "
                    + lifecycle.health().reason()));
        }
        doing = "a step";
        long calls = NativeCalls.ofThisThread();
        long start = clock.start();
        try {
            loop.step();
        } finally {
            clock.stop();
        }
        doing = "a command";
        live.noteStarts(start);
        board.step(loop, System.nanoTime() - start, NativeCalls.ofThisThread() - calls);
    }

    private void handle(Command command) {
        if (command instanceof Command.Submit submit) {
            if (asleep) {
                AscendException refusal = lifecycle.refusal();
                submit.samples().forEach(request -> request.failed(refusal));
            } else {
                live.arrived(submit.samples());
                submit(submit.samples());
            }
        } else if (command instanceof Command.End end) {
            if (loop != null) {
                loop.end(end.id(), end.reason());
            }
        } else if (command instanceof Command.Wake wake) {
            wake(wake);
        } else if (command instanceof Command.LoadAdapter load) {
            load(load);
        } else if (command instanceof Command.UnloadAdapter unload) {
            adapters.unload(unload.id(), unload.done());
        } else {
            endWith(command);
        }
    }

    private void submit(List<LiveRequest> samples) {
        if (adapters.has(samples.get(0).request().sequence().options().adapter())) {
            loop.submit(samples.stream().map(LiveRequest::request).toList());
        } else {
            AscendException gone =
                    new InvalidRequestException("adapter", "it was unloaded before the request could begin");
            samples.forEach(request -> request.failed(gone));
        }
    }

    private void load(Command.LoadAdapter load) {
        if (asleep) {
            load.done().completeExceptionally(lifecycle.refusal());
        } else {
            adapters.load(model, load.id(), load.weights(), load.done());
        }
    }

    private void endWith(Command command) {
        if (asleep && command instanceof Command.Sleep sleep) {
            sleep(sleep);
            return;
        }
        ending = command;
        endedAll = true;
        endingDeadline = command instanceof Command.Drain drain
                ? drain.deadlineNanos()
                : ((Command.Sleep) command).deadlineNanos();
    }

    private void sleep(Command.Sleep sleep) {
        boolean all = asleep || endedAll;
        if (!asleep) {
            loop.forgetCache();
            model.releaseCache();
            board.publish(loop);
            asleep = true;
        }
        if (sleep.level() == SleepLevel.WEIGHTS && model != null) {
            board.retire(loop);
            loop = null;
            closeModel();
        }
        String kept = model == null ? "all device memory is given up" : "the KV cache is given up, weights are kept";
        lifecycle.move(Set.of(EngineState.DRAINING, EngineState.SLEEPING), EngineState.SLEEPING, "asleep: " + kept);
        sleep.done().complete(all);
    }

    private void wake(Command.Wake wake) {
        try {
            if (model == null) {
                model = opener.get();
                adapters.restore(model);
                loop = EngineLoop.open(model, options);
            } else if (asleep) {
                model.restoreCache();
                EngineLoop.prepare(model, options);
            }
        } catch (RuntimeException e) {
            sleepOn(wake, e);
            return;
        }
        asleep = false;
        lifecycle.move(Set.of(EngineState.STARTING), EngineState.READY, "the model is open, awake again");
        board.publish(loop);
        wake.done().complete(true);
    }

    /** What could not be brought back is given up again, so that the next try begins where this one did. */
    private void sleepOn(Command.Wake wake, RuntimeException cause) {
        if (model != null && loop == null) {
            closeModel();
        }
        lifecycle.move(
                Set.of(EngineState.STARTING), EngineState.SLEEPING, "asleep: it could not wake: " + cause.getMessage());
        wake.done().completeExceptionally(cause);
    }

    private void closeModel() {
        Model last = model;
        model = null;
        if (last != null) {
            last.close();
        }
    }
}
