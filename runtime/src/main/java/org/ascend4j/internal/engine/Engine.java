package org.ascend4j.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.weight.AdapterWeights;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a model for any number of threads. One platform thread may touch the device, since ACL's state belongs to an OS
 * thread: callers talk to it through a queue, and the model is opened, run and closed on it. A second thread watches how
 * long its steps take. All methods may be called from any thread but the engine's own.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    /** How long a thread that hangs in the device is waited for at the end, in case it comes back after all. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Lifecycle lifecycle = new Lifecycle();
    private final LiveRequests live = new LiveRequests();
    private final EngineMeter meter = new EngineMeter();
    private final StatsBoard board = new StatsBoard(live, meter);
    private final EngineThread work;
    private final Transitions transitions;
    private final Thread thread;
    private final Watchdog watchdog;

    /** What may wait and what may be about to run; 0 for any number. */
    private final long mostWaiting;

    private volatile long givenUpNanos;
    private volatile boolean givenUp;

    private Engine(Supplier<Model> opener, EngineOptions options, CompletableFuture<Model> opened) {
        StepClock clock = new StepClock();
        int queued = options.scheduler().maxQueuedSequences();
        this.mostWaiting = queued == 0 ? 0 : (long) queued + options.scheduler().maxSequences();
        this.work = new EngineThread(opener, options, opened, lifecycle, live, board, clock);
        this.transitions = new Transitions(lifecycle, work);
        this.thread = new Thread(this::run, "ascend4j-engine");
        this.watchdog = new Watchdog(clock, options.stepTimeout(), this::describe, this::giveUp);
        thread.setDaemon(true);
        watchdog.start();
        thread.start();
    }

    private void run() {
        try {
            work.run();
        } finally {
            watchdog.stop();
        }
    }

    /**
     * Starts the thread and opens the model on it.
     *
     * @param opener runs on the engine thread, and again if weights are given up in sleep; what it throws the first time
     *     is thrown here
     * @param describe reads facts of the open model, also on the engine thread's behalf, before any request
     */
    public static <T> Opened<T> open(Supplier<Model> opener, EngineOptions options, Function<Model, T> describe) {
        CompletableFuture<Model> opened = new CompletableFuture<>();
        Engine engine = new Engine(opener, options, opened);
        Model model = Opening.await(opened, engine::join, engine::close);
        return new Opened<>(engine, describe(describe, model, engine));
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

    /**
     * Queues a request; its sink hears of everything else.
     *
     * @throws UnavailableException if the engine takes no requests now
     */
    public void submit(Request request) {
        submit(List.of(request));
    }

    /**
     * Queues several answers to one prompt, which is computed once. Their sequences have equal prompts and options.
     *
     * @throws UnavailableException if the engine takes no requests now
     * @throws OverloadedException if far too many wait
     */
    public void submit(List<Request> samples) {
        requireRoom(samples.size());
        List<LiveRequest> requests = samples.stream()
                .map(request -> new LiveRequest(request, live, meter))
                .toList();
        requests.forEach(live::add);
        work.post(new Command.Submit(requests));
        // The engine may have ended between the check and the post; then nobody reads the queue any more.
        if (lifecycle.end().isDone()) {
            live.failAll(lifecycle.end().join());
        }
    }

    /**
     * Refuses at once what the queue would refuse later: callers who are many need not be worked for.
     *
     * @param requests how many are to be submitted
     * @throws UnavailableException if the engine takes no requests now
     * @throws OverloadedException if far too many wait; those who come first are judged by the scheduler, exactly
     */
    public void requireRoom(int requests) {
        AscendException refusal = lifecycle.refusal();
        if (refusal != null) {
            throw refusal;
        }
        int waiting = live.waiting();
        if (mostWaiting > 0 && waiting > 0 && waiting + (long) requests > mostWaiting) {
            throw new OverloadedException(
                    "the queue is full: " + waiting + " requests have not begun; try again later", RETRY);
        }
    }

    /** Ends a request at the next step's boundary; unknown and finished ids are ignored. */
    public void cancel(long id) {
        end(id, FinishReason.CANCELLED);
    }

    /** As {@link #cancel}, for another reason, such as a stop string that whoever makes text has found. */
    public void end(long id, FinishReason reason) {
        work.post(new Command.End(id, reason));
    }

    /** The state now. */
    public EngineHealth health() {
        return lifecycle.health();
    }

    /**
     * Figures that are at most some tens of milliseconds old while the engine works, and exact while it waits; how many
     * requests live and have failed is always exact.
     */
    public EngineStats stats() {
        return board.stats().withRequests(live.size(), live.failures());
    }

    /** Whether the engine may serve requests, now or later. */
    public boolean alive() {
        return !lifecycle.state().over();
    }

    /**
     * Takes no more requests, finishes those that are in, and closes.
     *
     * @param patience what has not ended by then fails
     * @return whether all ended by themselves
     */
    public boolean drain(Duration patience) {
        try {
            return transitions.drain(patience);
        } finally {
            close();
        }
    }

    /**
     * Takes no more requests, finishes those that are in, and gives up device memory until {@link #wake}.
     *
     * @param patience what has not ended by then fails
     * @return whether all ended by themselves
     * @throws UnavailableException if the engine is not ready or asleep, or ends meanwhile
     */
    public boolean sleep(SleepLevel level, Duration patience) {
        return transitions.sleep(level, patience);
    }

    /**
     * Takes memory again and is ready; does nothing if it is.
     *
     * @throws UnavailableException if the engine is neither asleep nor ready, or ends meanwhile
     * @throws AscendException if there is not enough memory or the model cannot be read; the engine sleeps on
     */
    public void wake() {
        transitions.wake();
    }

    /**
     * Puts an adapter on the device, between two steps.
     *
     * @param id above 0, of no adapter before; sequences name it by {@code SequenceOptions.adapter}
     * @throws UnavailableException if the engine takes no requests now
     * @throws AscendException if there is too little memory; nothing stays behind
     */
    public void loadAdapter(int id, AdapterWeights weights) {
        transitions.loadAdapter(id, weights);
    }

    /**
     * Refuses new requests with an adapter, waits until those that are in have ended, and frees it.
     *
     * @throws UnavailableException if the engine ends meanwhile, which frees it as well
     */
    public void unloadAdapter(int id) {
        transitions.unloadAdapter(id);
    }

    private String describe() {
        return "requests " + live.ids(32) + " of " + live.size() + "; " + work.describe();
    }

    private void giveUp(String found) {
        LOG.error("{}; the engine is given up; queued last: {}", found, work.lastQueued());
        givenUpNanos = System.nanoTime();
        givenUp = true;
        live.failAll(lifecycle.fail("the engine was given up: " + found, null));
    }

    /**
     * Fails running requests at once, closes the model and waits for the thread, but not for one that hangs in the
     * device. Idempotent.
     */
    @Override
    public void close() {
        work.post(new Command.Close());
        join();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive() && !(givenUp && System.nanoTime() - givenUpNanos > GRACE_NANOS)) {
            try {
                thread.join(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        while (watchdog.thread().isAlive()) {
            try {
                watchdog.thread().join(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
