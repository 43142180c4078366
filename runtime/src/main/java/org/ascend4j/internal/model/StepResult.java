package org.ascend4j.internal.model;

import java.util.Arrays;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.HostMemory;
import org.ascend4j.internal.acl.Stream;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/** What a queued step brings; one for each slot, used again with it. */
final class StepResult implements Logits {
    private final DeviceSession session;
    private final StepSlot slot;
    private final int vocabularySize;
    private final TensorArena scratch;
    private DeviceArray logits;
    private int rows;
    private int samples;
    private int checked;
    private int[] ids = {};
    private int[] fetchedRows = {};
    private int fetchedCount;
    private boolean waiting;
    private boolean newest;

    StepResult(DeviceSession session, StepSlot slot, int vocabularySize) {
        this.session = session;
        this.slot = slot;
        this.vocabularySize = vocabularySize;
        this.scratch = new TensorArena(session.device(), 4L * vocabularySize);
    }

    /**
     * A step has been queued.
     *
     * @param stepLogits (stepRows, vocabularySize) in the activations' type; null for no rows
     * @param stepSamples how many of the rows are sampled
     * @param stepChecked of how many of those the best logit comes, too
     */
    StepResult begin(DeviceArray stepLogits, int stepRows, int stepSamples, int stepChecked) {
        logits = stepLogits;
        rows = stepRows;
        samples = stepSamples;
        checked = stepChecked;
        fetchedCount = 0;
        waiting = true;
        newest = true;
        return this;
    }

    /** Another step is about to be queued, so the logits will not stay. */
    void overtaken() {
        newest = false;
    }

    StepSlot slot() {
        return slot;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public void await() {
        if (!waiting) {
            return;
        }
        slot.end().synchronize(session.timeout());
        waiting = false;
        requireArrived(slot.arrived());
    }

    private void requireArrived(boolean arrived) {
        if (!arrived) {
            session.synchronize(); // tells what failed
            throw new IllegalStateException("a step's results did not arrive though the device reports no failure");
        }
    }

    @Override
    public int[] argMax() {
        await();
        if (ids.length != samples) {
            ids = new int[samples];
        }
        for (int row = 0; row < samples; row++) {
            ids[row] = slot.id(row);
        }
        return ids;
    }

    @Override
    public boolean damaged(int row) {
        await();
        return row < checked && !Float.isFinite(slot.best(row));
    }

    @Override
    public void fetch(int[] wanted, int count) {
        if (count == 0) {
            return;
        }
        if (fetchedRows.length < count) {
            fetchedRows = new int[Math.max(count, 2 * fetchedRows.length)];
        }
        System.arraycopy(wanted, 0, fetchedRows, 0, count);
        fetchedCount = count;
        scratch.reset();
        DeviceArray floats = floats(count == rows ? logits : gathered(count), count);
        HostMemory target = slot.fetchedRows((long) count * vocabularySize);
        long bytes = (long) count * vocabularySize * Float.BYTES;
        floats.memory().copyToAsync(0, target, 0, bytes, session.stream());
        slot.fetched().record(session.stream());
    }

    private DeviceArray gathered(int count) {
        Stream stream = session.stream();
        for (int i = 0; i < count; i++) {
            slot.putInt(slot.fetchOffset() + i * Integer.BYTES, fetchedRows[i]);
        }
        DeviceArray index = scratch.array(DataType.INT32, count);
        index.memory().copyFromAsync(0, slot.staging(), slot.fetchOffset(), count * 4L, stream);
        DeviceArray some = scratch.array(logits.type(), (long) count * vocabularySize);
        Tensor all = logits.in(scratch).as(rows, vocabularySize);
        session.ops().gather(all, index.as(count), some.as(count, vocabularySize));
        return some;
    }

    private DeviceArray floats(DeviceArray source, int count) {
        if (source.type() == DataType.FLOAT) {
            return source;
        }
        DeviceArray floats = scratch.array(DataType.FLOAT, (long) count * vocabularySize);
        Tensor from = source.in(scratch).as(count, vocabularySize);
        session.ops().cast(from, DataType.FLOAT, floats.as(count, vocabularySize));
        return floats;
    }

    @Override
    public void copyRow(int row, float[] target) {
        int at = Arrays.binarySearch(fetchedRows, 0, fetchedCount, row);
        if (at < 0) {
            if (!newest) {
                throw new IllegalStateException("row " + row + " was not fetched before the next step was queued");
            }
            fetch(new int[] {row}, 1);
            at = 0;
        }
        await();
        slot.fetched().synchronize(session.timeout());
        requireArrived(slot.fetchArrived());
        slot.copyFetched(at * vocabularySize, target);
    }

    @Override
    public float[] row(int row) {
        float[] values = new float[vocabularySize];
        copyRow(row, values);
        return values;
    }

    @Override
    public long deviceNanos() {
        return waiting ? 0 : Math.round(slot.end().millisSince(slot.start()) * 1e6);
    }

    /** Frees its memory; the stream must be idle. */
    void close() {
        scratch.close();
    }
}
