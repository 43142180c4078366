package org.ascend4j.internal.engine;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.batch.StepAssembler;
import org.ascend4j.internal.draft.NgramDrafter;
import org.ascend4j.internal.model.GraphLevel;
import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.sample.SampledStep;
import org.ascend4j.internal.sample.StepSampler;
import org.ascend4j.internal.sample.TokenLogprobs;
import org.ascend4j.internal.sample.TokenMask;
import org.ascend4j.internal.schedule.Advance;
import org.ascend4j.internal.schedule.BlockPool;
import org.ascend4j.internal.schedule.Drafter;
import org.ascend4j.internal.schedule.FinishReason;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.SchedulerStats;
import org.ascend4j.internal.schedule.Sequence;
import org.ascend4j.internal.schedule.Step;

/**
 * The engine's one loop body: requests become a step, the step becomes logits, logits become tokens. Everything here
 * belongs to the thread that owns the device.
 */
final class EngineLoop {
    private final Model model;
    private final Scheduler scheduler;
    private final StepSampler sampler;
    private final StepPipeline pipeline;
    /** By sequence: what looks them up for each token must not make a box of its id. */
    private final Map<Sequence, Request> requests = new HashMap<>();

    private final Map<Long, Sequence> sequences = new HashMap<>();

    /** A loop over an open model, which stays its owner's. */
    static EngineLoop open(Model model, EngineOptions options) {
        BlockPool pool = new BlockPool(model.kvBlocks(), model.kvBlockSize());
        Drafter drafter = options.scheduler().drafts().most() > 0
                ? new NgramDrafter(options.shortestNgram(), options.longestNgram())
                : Drafter.NONE;
        int depth = options.overlap() ? 2 : 1;
        prepare(model, options);
        requireLevel(model, options.graphs());
        return new EngineLoop(
                model,
                new Scheduler(pool, options.scheduler().withDepth(depth), drafter),
                new StepAssembler(model.kvBlockSize()),
                new StepSampler(model.config().vocabularySize()));
    }

    private static void requireLevel(Model model, GraphMode mode) {
        GraphStats graphs = model.graphStats();
        if (mode == GraphMode.FULL && graphs.level() != GraphLevel.FULL) {
            throw new AscendException("graphs: FULL was asked for, but " + graphs.fallback()
                    + "; choose AUTO to go on with " + graphs.level());
        }
    }

    EngineLoop(Model model, Scheduler scheduler, StepAssembler assembler, StepSampler sampler) {
        this.model = model;
        this.scheduler = scheduler;
        this.sampler = sampler;
        this.pipeline = new StepPipeline(model, scheduler, assembler, sampler);
    }

    /** Queues answers to one prompt. */
    void submit(List<Request> samples) {
        Sequence first = samples.get(0).sequence();
        try {
            if (!scheduler.fits(first)) {
                throw new InvalidRequestException(
                        "prompt",
                        "found room asked for " + first.maxLength()
                                + " tokens, expected no more than the KV cache holds; ask for fewer tokens");
            }
            scheduler.add(samples.stream().map(Request::sequence).toList());
            for (Request request : samples) {
                requests.put(request.sequence(), request);
                sequences.put(request.sequence().id(), request.sequence());
            }
        } catch (AscendException e) {
            samples.forEach(request -> request.sink().failed(e));
        }
    }

    void end(long id, FinishReason reason) {
        Request request = remove(sequences.get(id));
        if (request != null) {
            scheduler.finish(request.sequence(), reason);
            request.sink().finished(request.sequence().finishReason());
        }
    }

    /** Null for a sequence that is unknown or over. */
    private Request remove(Sequence sequence) {
        Request request = requests.remove(sequence);
        if (request != null) {
            sequences.remove(sequence.id());
        }
        return request;
    }

    /** Whether a request that has not ended runs with this adapter. */
    boolean uses(int adapter) {
        return requests.keySet().stream()
                .anyMatch(sequence -> sequence.options().adapter() == adapter);
    }

    boolean hasWork() {
        return scheduler.hasWork();
    }

    /** Queues what the scheduler chooses, and publishes what the oldest step in flight brings. */
    void step() {
        expire();
        try {
            pipeline.fill();
            StepPipeline.Flight flight = pipeline.oldest();
            if (flight != null) {
                land(flight);
            }
            pipeline.refused().forEach(this::fail);
        } catch (RuntimeException | Error e) {
            pipeline.takeBack(e);
            throw e;
        }
    }

    private void land(StepPipeline.Flight flight) {
        SampledStep sampled = sampler.sample(flight.logits(), flight.step(), this::mask);
        sampled.failures().forEach(this::fail);
        report(sampled);
        List<Advance> advances = scheduler.apply(flight.step(), sampled.ids());
        pipeline.landed();
        publish(advances);
    }

    private void expire() {
        for (Sequence sequence : scheduler.expire(System.nanoTime())) {
            finish(sequence);
        }
    }

    private TokenMask mask(Step.Entry entry, int row) {
        Request request = requests.get(entry.sequence());
        return request == null || request.matcher() == null ? null : request.matcher()::fillMask;
    }

    private void fail(SampledStep.Failure failure) {
        Request request = remove(failure.sequence());
        if (request != null) {
            scheduler.cancel(failure.sequence());
            request.sink().failed(failure.cause());
        }
    }

    private void report(SampledStep sampled) {
        for (TokenLogprobs logprobs : sampled.promptLogprobs()) {
            Request request = requests.get(logprobs.sequence());
            if (request != null) {
                request.sink().promptLogprobs(logprobs);
            }
        }
        for (TokenLogprobs logprobs : sampled.logprobs()) {
            Request request = requests.get(logprobs.sequence());
            if (request != null) {
                request.sink().logprobs(logprobs);
            }
        }
    }

    private void publish(List<Advance> advances) {
        for (Advance advance : advances) {
            Sequence sequence = advance.sequence();
            Request request = requests.get(sequence);
            if (request == null) {
                continue;
            }
            for (int i = 0; i < advance.count(); i++) {
                int token = sequence.token(advance.from() + i);
                if (request.matcher() != null) {
                    request.matcher().accept(token);
                }
                request.sink().token(token);
            }
            if (sequence.finishReason() != null) {
                finish(sequence);
            }
        }
    }

    private void finish(Sequence sequence) {
        Request request = remove(sequence);
        if (request != null) {
            request.sink().finished(sequence.finishReason());
        }
    }

    /** Ends every request with the same error. */
    void failAll(AscendException cause) {
        for (Iterator<Request> each = requests.values().iterator(); each.hasNext(); ) {
            Request request = each.next();
            each.remove();
            sequences.remove(request.sequence().id());
            scheduler.cancel(request.sequence());
            request.sink().failed(cause);
        }
    }

    /** Tells a model how its steps will come; again after its cache was given up. */
    static void prepare(Model model, EngineOptions options) {
        model.prepare(options.graphs().level(), options.overlap() ? 2 : 1);
    }

    /** Requests that have not ended. */
    int held() {
        return requests.size();
    }

    /** Forgets what the KV cache holds; there must be no work. */
    void forgetCache() {
        scheduler.forgetCache();
    }

    SchedulerStats stats() {
        return scheduler.stats();
    }

    GraphStats graphStats() {
        return model.graphStats();
    }

    /** Time that the device worked on steps; 0 if it does not tell. */
    long deviceNanos() {
        return pipeline.deviceNanos();
    }

    /** What is going on, for people; may be called by a thread that observes this one. */
    String describe() {
        return scheduler.runningCount() + " sequences run, " + scheduler.waitingCount() + " wait" + pipeline.describe();
    }
}
