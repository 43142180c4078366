package org.ascend4j.internal.engine;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.internal.model.Encoder;
import org.ascend4j.internal.model.EncoderInput;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an encoder for any number of threads, as {@link Engine} does for a decoder: one platform thread opens, runs and
 * closes it, and a second one watches how long its steps take. Sequences of all calls that wait share steps. All methods
 * may be called from any thread but the engine's own.
 */
public final class EncoderEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EncoderEngine.class);
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<Encoder> opener;
    private final Settings settings;
    private final CompletableFuture<Encoder> opened = new CompletableFuture<>();
    private final Lifecycle lifecycle = new Lifecycle();
    private final EncoderQueue queue = new EncoderQueue();
    private final StepClock clock = new StepClock();

    /** Calls that have not ended. */
    private final Set<EncoderQueue.Call> live = ConcurrentHashMap.newKeySet();

    private final Thread thread;
    private final Watchdog watchdog;
    private volatile long givenUpNanos;
    private volatile boolean givenUp;

    /**
     * How it works.
     *
     * @param maxTokens most tokens of one step; a longer sequence runs by itself
     * @param maxCalls most calls that may wait; 0 for no limit
     * @param stepTimeout a step that takes longer fails the engine
     */
    public record Settings(int maxTokens, int maxCalls, Duration stepTimeout) {}

    private EncoderEngine(Supplier<Encoder> opener, Settings settings) {
        this.opener = opener;
        this.settings = settings;
        this.thread = new Thread(this::run, "ascend4j-encoder");
        this.watchdog = new Watchdog(clock, settings.stepTimeout(), () -> live.size() + " calls", this::giveUp);
        thread.setDaemon(true);
        watchdog.start();
        thread.start();
    }

    /** An engine and the facts of its encoder. */
    public record Opened<T>(EncoderEngine engine, T facts) {}

    /**
     * Starts the thread and opens the encoder on it.
     *
     * @param opener runs on the engine thread; what it throws is thrown here
     * @param describe reads facts of the open encoder
     */
    public static <T> Opened<T> open(Supplier<Encoder> opener, Settings settings, Function<Encoder, T> describe) {
        EncoderEngine engine = new EncoderEngine(opener, settings);
        Encoder encoder = Opening.await(engine.opened, engine::join, engine::close);
        try {
            return new Opened<>(engine, describe.apply(encoder));
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    /**
     * Queues sequences. Cancelling the future takes back those that have not run.
     *
     * @return a vector for each, in their order; completed on the engine's thread, so that what depends on it belongs on
     *     another one
     * @throws org.ascend4j.error.UnavailableException if the engine takes no calls now
     * @throws OverloadedException if too many wait
     */
    public CompletableFuture<List<float[]>> submit(List<EncoderInput> inputs) {
        AscendException refusal = lifecycle.refusal();
        if (refusal != null) {
            throw refusal;
        }
        EncoderQueue.Call call = new EncoderQueue.Call(List.copyOf(inputs));
        if (inputs.isEmpty()) {
            call.done().complete(List.of());
            return call.done();
        }
        live.add(call);
        call.done().whenComplete((vectors, failure) -> live.remove(call));
        if (!queue.offer(call, count -> settings.maxCalls() == 0 || count < settings.maxCalls())) {
            live.remove(call);
            AscendException ended = lifecycle.refusal();
            throw ended != null
                    ? ended
                    : new OverloadedException(
                            "the queue is full: " + settings.maxCalls() + " calls wait; try again later", RETRY);
        }
        return call.done();
    }

    /** The state now. */
    public EngineHealth health() {
        return lifecycle.health();
    }

    private void run() {
        AscendException cause;
        Encoder encoder = null;
        try {
            encoder = opener.get();
            lifecycle.move(Set.of(EngineState.STARTING), EngineState.READY, "the model is open");
            opened.complete(encoder);
            serve(encoder);
            cause = lifecycle.stop("the model was closed");
        } catch (Throwable e) {
            cause = fail(e);
        }
        end(cause);
        watchdog.stop();
        try {
            if (encoder != null) {
                encoder.close();
            }
        } catch (Throwable e) {
            LOG.error("the engine stopped while closing its model: {}", e.getMessage(), e);
        }
    }

    private AscendException fail(Throwable e) {
        if (opened.completeExceptionally(e)) {
            return lifecycle.fail("the model did not open: " + e.getMessage(), e);
        }
        LOG.error("a step of {} calls failed; the engine stops: {}", live.size(), e.getMessage(), e);
        return lifecycle.fail("the engine stopped because a step failed: " + e.getMessage(), e);
    }

    private void end(AscendException cause) {
        queue.close();
        List.copyOf(live).forEach(call -> call.done().completeExceptionally(cause));
    }

    private void serve(Encoder encoder) throws InterruptedException {
        while (true) {
            List<EncoderQueue.Place> places = queue.take(settings.maxTokens());
            if (places.isEmpty()) {
                return;
            }
            try {
                step(encoder, places);
            } catch (RuntimeException e) {
                // Throws if the device is at fault; else something was too large, and nothing is left of the step.
                encoder.settle();
                apart(encoder, places, e);
            }
        }
    }

    private void step(Encoder encoder, List<EncoderQueue.Place> places) {
        clock.start();
        List<float[]> vectors;
        try {
            vectors = encoder.encode(
                    places.stream().map(EncoderQueue.Place::input).toList());
        } finally {
            clock.stop();
        }
        for (int i = 0; i < vectors.size(); i++) {
            places.get(i).deliver(vectors.get(i));
        }
    }

    /** Runs the sequences of a step that failed one by one, so that only those fail which do by themselves. */
    private void apart(Encoder encoder, List<EncoderQueue.Place> places, RuntimeException why) {
        if (places.size() == 1) {
            int tokens = places.get(0).input().tokens().length;
            places.get(0)
                    .fail(new AscendException(
                            "a sequence of " + tokens + " tokens cannot be computed: " + why.getMessage(), why));
            return;
        }
        LOG.warn("a step of {} sequences cannot be computed, they run one by one: {}", places.size(), why.getMessage());
        for (EncoderQueue.Place place : places) {
            try {
                step(encoder, List.of(place));
            } catch (RuntimeException e) {
                encoder.settle();
                apart(encoder, List.of(place), e);
            }
        }
    }

    private void giveUp(String found) {
        LOG.error("{}; the engine is given up", found);
        givenUpNanos = System.nanoTime();
        givenUp = true;
        end(lifecycle.fail("the engine was given up: " + found, null));
    }

    /** Fails running calls at once, closes the model and waits for the thread, but not for one that hangs. Idempotent. */
    @Override
    public void close() {
        end(lifecycle.stop("the model was closed"));
        join();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive() && !(givenUp && System.nanoTime() - givenUpNanos > GRACE_NANOS)
                || watchdog.thread().isAlive()) {
            try {
                thread.join(20);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
