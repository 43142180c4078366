package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.Event;
import org.ascend4j.internal.batch.StepInputs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The graphs of a model's decode steps, captured when a batch size comes for the first time, and the ladder from a whole
 * graph over pieces to eager steps: whatever refuses sends all later sizes one rung down, which is logged and counted.
 *
 * <p>Steps in flight take turns of graphs: CANN refuses to update a graph that runs. All share the memory of activations,
 * as all run in one stream.
 *
 * <p>Block tables are as wide as the longest context. That is 4 bytes for each block of each row in the copy of the
 * inputs, some KiB where a graph for each width would multiply captures; operators read the blocks in use only.
 */
final class DecodeGraphs implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DecodeGraphs.class);

    /** A device has about 1,984 streams; each graph takes one, and others need some. */
    private static final int MOST_GRAPHS = 1024;

    private final PassRunner runner;
    private final Attention attention;
    private final StepSlots slots;
    private final BatchSizes sizes;
    private final int layers;
    private final int width;
    private final int contextLength;
    private final LoadSettings settings;
    private final TreeMap<Integer, DecodeGraph[]> graphs = new TreeMap<>();

    /** Of steps with contexts that a whole graph does not serve. */
    private final TreeMap<Integer, DecodeGraph[]> pieces = new TreeMap<>();

    private final List<List<Event>> ready = new ArrayList<>();
    private GraphLevel level;
    private String fallback = "";
    private int captured;
    private long full;
    private long piecewise;
    private long eager;

    DecodeGraphs(
            PassRunner runner,
            Attention attention,
            StepSlots slots,
            LoadSettings settings,
            int layers,
            GraphLevel wanted) {
        this.runner = runner;
        this.attention = attention;
        this.slots = slots;
        this.sizes = new BatchSizes(runner.session().host(), settings.maxSequences());
        this.settings = settings;
        this.layers = layers;
        this.contextLength = settings.contextLength();
        this.width = (contextLength + settings.blockSize() - 1) / settings.blockSize();
        this.level = wanted;
        if (level == GraphLevel.FULL && attention.whole() == null) {
            lower("attention in float32 or of capped scores is made of operators whose shapes follow the context");
        }
        if (level == GraphLevel.FULL && !Acl.has("aclmdlRICaptureTaskGrpBegin")) {
            lower("CANN " + Acl.cannVersion() + " cannot update captured operators");
        }
        if (level == GraphLevel.PIECEWISE && !Acl.has("aclmdlRICaptureBegin")) {
            lower("CANN " + Acl.cannVersion() + " captures nothing");
        }
        if (level != wanted) {
            LOG.info("decode steps go on {} instead of {}: {}", level, wanted, fallback);
        }
    }

    private void lower(String reason) {
        level = level.below();
        fallback = fallback.isEmpty() ? reason : fallback + "; " + reason;
    }

    private void fall(String reason) {
        LOG.warn("decode steps go on {} instead of {}: {}", level.below(), level, reason);
        lower(reason);
    }

    /** Rows to which a step of so many single rows should be padded; 0 for none. */
    int paddedRows(int decodes) {
        int size = sizes.of(decodes);
        if (level == GraphLevel.EAGER && !graphs.containsKey(size) && !pieces.containsKey(size) || decodes > size) {
            return 0;
        }
        return size;
    }

    int paddedWidth() {
        return width;
    }

    /** Queues a step as well as it can be. */
    void queue(StepInputs inputs, StepResult result) {
        if (fits(inputs)) {
            for (DecodeGraph graph = graph(inputs); graph != null; graph = graph(inputs)) {
                if (queued(graph, inputs, result)) {
                    return;
                }
            }
        }
        runner.queue(inputs, attention, result);
        eager++;
    }

    private boolean fits(StepInputs inputs) {
        int rows = inputs.decodes();
        return inputs.adapters().isEmpty()
                && inputs.tableWidth() == width
                && inputs.tokens() == rows
                && inputs.sampleRows().length == rows
                && rows == paddedRows(rows);
    }

    private boolean queued(DecodeGraph graph, StepInputs inputs, StepResult result) {
        try {
            graph.queue(inputs, result);
        } catch (AclException e) {
            runner.session().synchronize(); // throws if more is wrong than this
            drop();
            fall("a step's graph was refused: " + e.getMessage());
            return false;
        }
        full += graph instanceof FullGraph ? 1 : 0;
        piecewise += graph instanceof FullGraph ? 0 : 1;
        return true;
    }

    /** The graph of this size and the current slot, captured now if need be; null for an eager step. */
    private DecodeGraph graph(StepInputs inputs) {
        int rows = inputs.decodes();
        boolean whole = attention.isWhole(inputs.decodeLengths());
        TreeMap<Integer, DecodeGraph[]> kept = whole ? graphs : pieces;
        DecodeGraph[] turns = kept.computeIfAbsent(rows, size -> new DecodeGraph[slots.count()]);
        int slot = slots.current();
        while (turns[slot] == null && level != GraphLevel.EAGER) {
            try {
                capture(rows, turns, slot, whole);
            } catch (RuntimeException e) {
                fall("a batch of " + rows + " was not captured: " + e.getMessage());
            }
        }
        if (turns[slot] == null) {
            kept.values().removeIf(each -> Arrays.stream(each).allMatch(graph -> graph == null));
        }
        return turns[slot];
    }

    private void capture(int rows, DecodeGraph[] turns, int slot, boolean whole) {
        boolean inOne = whole && level == GraphLevel.FULL;
        int needed = inOne ? 1 : layers + 1;
        if (captured + needed > MOST_GRAPHS) {
            throw new IllegalStateException(captured + " graphs are captured, expected at most " + MOST_GRAPHS);
        }
        runner.session().ops().keepWorkspace();
        if (inOne) {
            // Lengths that the longest context has, so that the workspace suits any.
            StepInputs shape = shape(rows, contextLength);
            runner.rehearse(shape, attention.whole());
            StepSlot place = slots.get(slot).slot();
            turns[slot] = FullGraph.capture(runner, attention.whole(), shape, place, ready(slot));
        } else {
            StepInputs shape = shape(rows, 1);
            runner.rehearse(shape, attention);
            DecodeGraph any = PiecewiseGraph.capture(runner, attention, shape);
            Arrays.setAll(turns, i -> turns[i] == null ? any : turns[i]);
        }
        captured += needed;
    }

    /**
     * Takes the memory of the largest prefill and the largest batch now, so that steps do not. Composed attention makes its
     * own as contexts grow.
     */
    void rehearse() {
        Attention rehearsed = attention.whole() == null ? Attention.NONE : attention.whole();
        runner.rehearse(shape(settings.maxSequences(), contextLength), rehearsed);
        int tokens = Math.min(settings.maxBatchTokens(), contextLength);
        StepInputs.Prefill prefill = new StepInputs.Prefill(0, tokens, contextLength, new int[width]);
        runner.rehearse(
                new StepInputs(
                        new int[tokens],
                        new long[tokens],
                        new int[tokens],
                        new int[0],
                        0,
                        new long[0],
                        List.of(prefill),
                        new int[Math.min(tokens, settings.maxSequences())]),
                rehearsed);
    }

    private StepInputs shape(int rows, int length) {
        long[] lengths = new long[rows];
        Arrays.fill(lengths, length);
        return new StepInputs(
                new int[rows],
                new long[rows],
                new int[rows],
                new int[rows * width],
                width,
                lengths,
                List.of(),
                new int[rows]);
    }

    private List<Event> ready(int slot) {
        while (ready.size() <= slot) {
            List<Event> events = new ArrayList<>();
            ready.add(events);
            for (int layer = 0; layer < layers; layer++) {
                events.add(runner.session().device().externalEvent());
            }
        }
        return ready.get(slot);
    }

    private Set<Integer> sizesCaptured() {
        Set<Integer> all = new TreeSet<>(graphs.keySet());
        all.addAll(pieces.keySet());
        return all;
    }

    GraphStats stats() {
        return new GraphStats(level, full, piecewise, eager, List.copyOf(sizesCaptured()), fallback);
    }

    /** Frees all graphs, none of which may be in flight; they are captured anew when they are needed. */
    void drop() {
        Stream.of(graphs, pieces)
                .flatMap(kept -> kept.values().stream())
                .flatMap(Arrays::stream)
                .filter(Objects::nonNull)
                .distinct()
                .forEach(DecodeGraph::close);
        graphs.clear();
        pieces.clear();
        captured = 0;
    }

    @Override
    public void close() {
        drop();
        ready.forEach(events -> events.forEach(Event::close));
        ready.clear();
    }
}
