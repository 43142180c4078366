package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.device.DeviceSession;

/** The slots of steps in flight, taken in turn. */
final class StepSlots {
    private final DeviceSession session;
    private final StepMemory memory;
    private final int vocabularySize;
    private final List<StepResult> results = new ArrayList<>();
    private int next;

    /** One slot. */
    StepSlots(DeviceSession session, StepMemory memory, int vocabularySize) {
        this.session = session;
        this.memory = memory;
        this.vocabularySize = vocabularySize;
        require(1);
    }

    /** Makes as many slots as steps may be in flight. */
    void require(int count) {
        while (results.size() < count) {
            results.add(new StepResult(session, new StepSlot(session, memory), vocabularySize));
        }
    }

    int count() {
        return results.size();
    }

    StepResult get(int index) {
        return results.get(index);
    }

    /** Number of the slot that {@link #next} gave last. */
    int current() {
        return (next + results.size() - 1) % results.size();
    }

    /** The next slot, once its last step is over. What the newest step before left on the device is about to go. */
    StepResult next() {
        StepResult result = results.get(next);
        results.get(current()).overtaken();
        next = (next + 1) % results.size();
        result.await();
        return result;
    }

    /** Frees all; the stream must be idle. */
    void close() {
        for (StepResult result : results) {
            result.close();
            result.slot().close();
        }
        results.clear();
    }
}
