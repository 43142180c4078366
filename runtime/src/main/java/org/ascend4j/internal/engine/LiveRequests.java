package org.ascend4j.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.ascend4j.error.AscendException;

/** All requests that have not ended, whoever holds them: so that each hears of the engine's end exactly once. */
final class LiveRequests {
    private final Map<Long, LiveRequest> live = new ConcurrentHashMap<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong failed = new AtomicLong();

    /** Those that have not run yet; only the engine thread looks at it. */
    private final List<LiveRequest> unstarted = new ArrayList<>();

    void add(LiveRequest request) {
        waiting.incrementAndGet();
        live.put(request.id(), request);
    }

    /** @param started whether it has run */
    void remove(LiveRequest request, boolean started) {
        live.remove(request.id());
        if (!started) {
            waiting.decrementAndGet();
        }
    }

    /** The engine thread has got them. */
    void arrived(List<LiveRequest> requests) {
        unstarted.addAll(requests);
    }

    /** Called by the engine thread after a step that began at {@code nanos}. */
    void noteStarts(long nanos) {
        if (!unstarted.isEmpty()) {
            unstarted.removeIf(request -> request.startedBy(nanos));
        }
    }

    void started() {
        waiting.decrementAndGet();
    }

    void countFailure() {
        failed.incrementAndGet();
    }

    /** Requests that ended with an error. */
    long failures() {
        return failed.get();
    }

    /** Requests that have been taken and never run. */
    int waiting() {
        return waiting.get();
    }

    int size() {
        return live.size();
    }

    /** The ids of some that have not ended, in ascending order. */
    List<Long> ids(int most) {
        return live.keySet().stream().sorted().limit(most).toList();
    }

    void failAll(AscendException cause) {
        live.values().forEach(request -> request.failed(cause));
    }
}
