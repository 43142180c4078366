package org.ascend4j.internal.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Predicate;
import org.ascend4j.internal.batch.StepAssembler;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.sample.StepSampler;
import org.ascend4j.internal.schedule.Scheduler;
import org.ascend4j.internal.schedule.Step;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps on their way through the device. While one runs the next is planned, put together and queued, as far as the
 * scheduler goes ahead; they come back in order. Owned by the engine thread.
 */
final class StepPipeline {
    private static final Logger LOG = LoggerFactory.getLogger(StepPipeline.class);

    private final Model model;
    private final Scheduler scheduler;
    private final StepAssembler assembler;
    private final StepSampler sampler;
    private final Deque<Flight> flights = new ArrayDeque<>();
    private long deviceNanos;
    private long steps;

    /** A queued step and what it will bring. */
    static final class Flight {
        private final Step step;
        private Logits logits;

        private Flight(Step step) {
            this.step = step;
        }

        Step step() {
            return step;
        }

        /** The step's logits, for which whoever reads them waits. */
        Logits logits() {
            return logits;
        }
    }

    StepPipeline(Model model, Scheduler scheduler, StepAssembler assembler, StepSampler sampler) {
        this.model = model;
        this.scheduler = scheduler;
        this.assembler = assembler;
        this.sampler = sampler;
    }

    /**
     * Queues as many steps as may be in flight.
     *
     * @param guided tells whose tokens are masked
     */
    void fill(Predicate<Step.Entry> guided) {
        while (scheduler.mayPlan() && (flights.isEmpty() || scheduler.seesAhead())) {
            Step step = scheduler.next();
            if (step.isEmpty()) {
                return;
            }
            queue(step, guided);
        }
    }

    private void queue(Step step, Predicate<Step.Entry> guided) {
        Flight flight = new Flight(step);
        flights.add(flight);
        int rows = StepAssembler.decodesOnly(step)
                ? model.paddedRows(step.entries().size())
                : 0;
        StepInputs inputs = assembler.assemble(step, rows, rows == 0 ? 0 : model.paddedWidth());
        flight.logits = model.forward(inputs);
        sampler.fetch(flight.logits, step, guided);
    }

    /** The oldest step, once the device is done with it; it is still the scheduler's oldest. Null if there is none. */
    Flight oldest() {
        Flight flight = flights.peek();
        if (flight != null) {
            flight.logits.await();
            deviceNanos += flight.logits.deviceNanos();
            steps++;
        }
        return flight;
    }

    /** The oldest step has been applied. */
    void landed() {
        flights.remove();
    }

    /** Takes all steps in flight back, newest first, once the device works on none of them any more. */
    void takeBack(Throwable failure) {
        try {
            model.settle();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        LOG.error(
                "{} steps are taken back; the device was given last, oldest first:\n{}",
                flights.size(),
                model.lastQueued());
        for (Iterator<Flight> newestFirst = flights.descendingIterator(); newestFirst.hasNext(); ) {
            scheduler.undo(newestFirst.next().step());
        }
        flights.clear();
    }

    /** Nanoseconds that the device has spent on all steps so far. */
    long deviceNanos() {
        return deviceNanos;
    }

    /** Steps that have come back. */
    long steps() {
        return steps;
    }
}
