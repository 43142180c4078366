package org.ascend4j.internal.model;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import org.ascend4j.internal.acl.Event;
import org.ascend4j.internal.acl.HostMemory;
import org.ascend4j.internal.device.DeviceSession;

/**
 * Pinned memory and marks of one step in flight. The next step to use it waits until this one is over: a copy may still
 * read what was staged.
 */
final class StepSlot implements AutoCloseable {
    /** Bits that no operator computes: a NaN with a message. */
    private static final int NOT_ARRIVED = 0x7fc5_a5a5;

    private final DeviceSession session;
    private final HostMemory staging;
    private final HostMemory results;
    private final IntBuffer ints;
    private final LongBuffer longs;
    private final IntBuffer ids;
    private final FloatBuffer best;
    private final Event start;
    private final Event end;
    private final Event fetched;
    private final int rows;
    private HostMemory fetchedRows;
    private FloatBuffer fetchedFloats;
    private IntBuffer fetchedBits;
    private int lastFetched;

    StepSlot(DeviceSession session, StepMemory memory) {
        this.session = session;
        this.rows = memory.rows();
        // Behind the inputs there is room for the rows to be fetched.
        this.staging = session.device().allocateHost(memory.inputBytes() + rows * 4L);
        this.results = session.device().allocateHost(rows * 8L);
        this.ints = staging.buffer().asIntBuffer();
        this.longs = staging.buffer().asLongBuffer();
        this.ids = results.buffer().asIntBuffer();
        this.best = results.buffer().asFloatBuffer();
        this.start = session.device().timedEvent();
        this.end = session.device().timedEvent();
        this.fetched = session.device().event();
    }

    void putInts(int at, int[] values) {
        ints.put(at / Integer.BYTES, values);
    }

    void putInt(int at, int value) {
        ints.put(at / Integer.BYTES, value);
    }

    void putLongs(int at, long[] values) {
        longs.put(at / Long.BYTES, values);
    }

    /** What is copied to the device. */
    HostMemory staging() {
        return staging;
    }

    /** Byte in {@link #staging} at which the numbers of rows to be fetched lie. */
    int fetchOffset() {
        return (int) (staging.size() - rows * 4L);
    }

    /** Where sampled ids arrive, and behind {@link #bestOffset} bytes the logits they had. */
    HostMemory results() {
        return results;
    }

    long bestOffset() {
        return rows * 4L;
    }

    int id(int row) {
        return ids.get(row);
    }

    /** The greatest logit of a sampled row. */
    float best(int row) {
        return best.get(rows + row);
    }

    /** Marks the results as not arrived: ids are never negative. A stream that failed marks its events all the same. */
    void expect() {
        ids.put(0, -1);
    }

    boolean arrived() {
        return ids.get(0) >= 0;
    }

    /** In front of the step's work. */
    Event start() {
        return start;
    }

    /** Behind the results. */
    Event end() {
        return end;
    }

    /** Behind fetched rows. */
    Event fetched() {
        return fetched;
    }

    /** Pinned memory for {@code floats} numbers, kept for later steps. */
    HostMemory fetchedRows(long floats) {
        long bytes = Math.multiplyExact(floats, (long) Float.BYTES);
        if (fetchedRows == null || fetchedRows.size() < bytes) {
            if (fetchedRows != null) {
                fetchedRows.close();
            }
            fetchedRows = session.device().allocateHost(bytes);
            fetchedFloats = fetchedRows.buffer().asFloatBuffer();
            fetchedBits = fetchedRows.buffer().asIntBuffer();
        }
        lastFetched = (int) (floats - 1);
        fetchedBits.put(lastFetched, NOT_ARRIVED);
        return fetchedRows;
    }

    boolean fetchArrived() {
        return fetchedBits.get(lastFetched) != NOT_ARRIVED;
    }

    /** Copies floats that were fetched. */
    void copyFetched(int at, float[] target) {
        fetchedFloats.get(at, target);
    }

    @Override
    public void close() {
        start.close();
        end.close();
        fetched.close();
        staging.close();
        results.close();
        if (fetchedRows != null) {
            fetchedRows.close();
        }
    }
}
