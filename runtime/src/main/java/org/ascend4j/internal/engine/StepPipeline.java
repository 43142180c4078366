package org.ascend4j.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.batch.StepAssembler;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.model.Logits;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.sample.SampledStep;
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
    private final List<SampledStep.Failure> refused = new ArrayList<>();
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

    /** Queues as many steps as may be in flight. */
    void fill() {
        while (scheduler.mayPlan() && (flights.isEmpty() || scheduler.seesAhead() && refused.isEmpty())) {
            Step step = scheduler.next();
            if (step.isEmpty()) {
                return;
            }
            try {
                queue(step);
            } catch (AclException e) {
                refuse(step, e);
                return;
            }
        }
    }

    /**
     * Takes back a step that an operator or the driver refused when it was queued: its requests fail, and nobody else's if
     * the device is well. No step is planned until those in flight have landed, for what they left on the device to read
     * the next tokens from may be overwritten.
     */
    private void refuse(Step step, AclException cause) {
        if (deviceFailed(cause.code())) {
            throw cause;
        }
        model.settle();
        AscendException reason =
                new AscendException("the device refused the request's step: " + cause.getMessage(), cause);
        for (Step.Entry entry : step.entries()) {
            refused.add(new SampledStep.Failure(entry.sequence(), reason));
        }
        flights.removeLast();
        scheduler.undo(step);
        LOG.error("a step of {} requests was refused: {}", refused.size(), cause.getMessage(), cause);
    }

    /** CANN's runtime numbers what happened on the device from 507000 on; operators' own codes begin at 561000. */
    private static boolean deviceFailed(int code) {
        return code >= 507000 && code < 561000;
    }

    /** Takes the requests of a refused step, once nothing is in flight. */
    List<SampledStep.Failure> refused() {
        if (refused.isEmpty() || !flights.isEmpty()) {
            return List.of();
        }
        List<SampledStep.Failure> taken = List.copyOf(refused);
        refused.clear();
        return taken;
    }

    private void queue(Step step) {
        Flight flight = new Flight(step);
        flights.add(flight);
        int rows = StepAssembler.decodesOnly(step) && !StepAssembler.adapted(step)
                ? model.paddedRows(step.entries().size())
                : 0;
        StepInputs inputs = assembler.assemble(step, rows, rows == 0 ? 0 : model.paddedWidth());
        flight.logits = model.forward(inputs);
        sampler.fetch(flight.logits, step);
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

    /** The steps in flight, for people; may be called by a thread that observes this one. */
    String describe() {
        StringBuilder text = new StringBuilder();
        for (Flight flight : flights) {
            List<Step.Entry> entries = flight.step.entries();
            text.append("; step ").append(flight.step.number()).append(" in flight: ");
            text.append(flight.step.tokens())
                    .append(" rows of ")
                    .append(entries.size())
                    .append(" sequences");
        }
        return text.toString();
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
