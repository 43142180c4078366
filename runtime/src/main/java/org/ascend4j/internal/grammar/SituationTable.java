package org.ascend4j.internal.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;

/**
 * Steps a program from situation to situation and keeps what it found: a lazily built deterministic automaton, whose
 * memory is bounded by forgetting everything and going on. Not safe for several threads; {@link Grammar} locks it.
 */
final class SituationTable {
    /** One mask or one token may cost this much work, a fraction of a second. */
    private static final long MAX_WORK = 20_000_000;

    private static final int CLOSURE_WORK = 8;

    private final Program program;
    private final GrammarLimits limits;
    private final String field;
    private final Map<Situation, Situation> situations = new HashMap<>();
    private final Map<Frame, Frame> frames = new HashMap<>();
    private long frameNumbers;
    private int epoch;
    private long bytes;
    private long work;

    // What one closure collects.
    private final Set<Reading> found = new HashSet<>();
    private final Set<Reading> visited = new HashSet<>();
    private final Deque<Reading> open = new ArrayDeque<>();
    private boolean complete;

    SituationTable(Program program, GrammarLimits limits, String field) {
        this.program = program;
        this.limits = limits;
        this.field = field;
    }

    /** Before anything is written. */
    Situation initial() {
        begin();
        complete = program.acceptsEmpty();
        close(program.start(), Frame.BOTTOM);
        return finish();
    }

    /** Starts counting the work of one mask or token. */
    void beginWork() {
        work = 0;
    }

    void spend(long amount) {
        work += amount;
        if (work > MAX_WORK) {
            throw new InvalidRequestException(
                    field, "too ambiguous to follow: one token takes too much work; give repetitions distinct parts");
        }
    }

    /** The situation of this epoch that stands for one of any epoch, after making room if that is needed. */
    Situation current(Situation situation) {
        if (bytes > limits.cacheBytes()) {
            situations.clear();
            frames.clear();
            bytes = 0;
            epoch++;
        }
        if (situation.epoch == epoch) {
            return situation;
        }
        Reading[] readings = new Reading[situation.readings.length];
        Arrays.setAll(readings, i -> situation.readings[i].withFrame(adopt(situation.readings[i].frame)));
        Arrays.sort(readings);
        return intern(readings, situation.complete);
    }

    private Frame adopt(Frame frame) {
        if (frame == Frame.BOTTOM) {
            return frame;
        }
        return frame(frame.call, frame.count, adopt(frame.parent));
    }

    /** The situation after a byte; dead where the byte does not fit. */
    Situation step(Situation from, int value) {
        Situation[] row = from.next[value >> 4];
        if (row == null) {
            row = new Situation[16];
            from.next[value >> 4] = row;
            bytes += 80;
        }
        Situation next = row[value & 15];
        if (next == null) {
            next = follow(from, value);
            row[value & 15] = next;
        }
        return next;
    }

    private Situation follow(Situation from, int value) {
        begin();
        for (Reading reading : from.readings) {
            spend(1);
            if (reading.run != null) {
                followRun(reading, value);
                continue;
            }
            for (Edge edge : reading.state.reads) {
                if (edge.low <= value && value <= edge.high) {
                    close(edge.target, reading.frame);
                }
            }
        }
        return finish();
    }

    private void followRun(Reading reading, int value) {
        Edge run = reading.run;
        int next = run.unit.dfa.step(reading.unitState, value);
        if (next == UnitDfa.DONE) {
            int count = reading.count + 1;
            if (run.mayEnd(count)) {
                close(run.target, reading.frame);
            }
            if (run.mayGoOn(count)) {
                add(Reading.inside(run, 0, run.saturate(count), reading.frame));
            }
        } else if (next != UnitDfa.DEAD) {
            add(Reading.inside(run, next, reading.count, reading.frame));
        }
    }

    /** What follows a run that ends now, without the run going on. */
    Situation behind(Reading inRun) {
        begin();
        close(inRun.run.target, inRun.frame);
        return finish();
    }

    /** The readings that are not inside a run, as a situation of their own. */
    Situation outsideRuns(Situation situation) {
        Reading[] readings = Arrays.stream(situation.readings)
                .filter(reading -> reading.run == null)
                .toArray(Reading[]::new);
        return readings.length == situation.readings.length ? situation : intern(readings, false);
    }

    /** Counts a mask that is kept. */
    void keep(long maskBytes) {
        bytes += maskBytes;
    }

    private void begin() {
        found.clear();
        visited.clear();
        complete = false;
    }

    private Situation finish() {
        Reading[] readings = found.toArray(new Reading[0]);
        Arrays.sort(readings);
        return intern(readings, complete);
    }

    private Situation intern(Reading[] readings, boolean mayEnd) {
        Situation made = new Situation(readings, mayEnd, epoch);
        Situation known = situations.putIfAbsent(made, made);
        if (known == null) {
            bytes += 200 + 48L * readings.length;
        }
        return known == null ? made : known;
    }

    private void add(Reading reading) {
        if (found.add(reading) && found.size() > limits.maxReadings()) {
            throw new InvalidRequestException(
                    field,
                    "too ambiguous to follow: more than " + limits.maxReadings()
                            + " readings of one answer; give repetitions distinct parts or fewer alternatives");
        }
    }

    private void push(State state, Frame frame) {
        // A state whose shortest way out nests too deep is never entered, so that no answer gets stuck there.
        if (state.height <= limits.maxDepth() - frame.depth) {
            Reading place = Reading.at(state, frame);
            if (visited.add(place)) {
                open.push(place);
            }
        }
    }

    /** Adds every reading that a state stands for: itself, calls it begins, and callers it returns to. */
    private void close(State from, Frame below) {
        push(from, below);
        while (!open.isEmpty()) {
            spend(CLOSURE_WORK);
            Reading place = open.pop();
            State state = place.state;
            Frame frame = place.frame;
            if (!state.reads.isEmpty()) {
                add(place);
            }
            for (Edge edge : state.enters) {
                enter(edge, frame);
            }
            if (state.accepting) {
                leave(frame);
            }
        }
    }

    private void enter(Edge edge, Frame frame) {
        if (edge.kind == Edge.Kind.RUN) {
            if (edge.target.height <= limits.maxDepth() - frame.depth) {
                add(Reading.inside(edge, 0, 0, frame));
            }
        } else if (ProgramChecks.isTail(edge)) {
            push(edge.start, frame);
        } else if (edge.target.height <= limits.maxDepth() - frame.depth) {
            push(edge.start, frame(edge, edge.saturate(1), frame));
        }
    }

    private void leave(Frame frame) {
        if (frame == Frame.BOTTOM) {
            complete = true;
            return;
        }
        Edge call = frame.call;
        if (call.mayEnd(frame.count)) {
            push(call.target, frame.parent);
        }
        if (call.mayGoOn(frame.count)) {
            push(call.start, frame(call, call.saturate(frame.count + 1), frame.parent));
        }
    }

    private Frame frame(Edge call, int count, Frame parent) {
        Frame made = new Frame(call, count, parent, frameNumbers + 1);
        Frame known = frames.putIfAbsent(made, made);
        if (known == null) {
            frameNumbers++;
            bytes += 96;
        }
        return known == null ? made : known;
    }
}
