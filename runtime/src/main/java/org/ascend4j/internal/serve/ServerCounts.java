package org.ascend4j.internal.serve;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many requests ended, by path and status. Thread-safe. */
final class ServerCounts {
    /** @param path one of the server's own, or unknown: clients must not make new ones */
    record Kind(String path, int status) {}

    private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();

    void ended(String path, int status) {
        counts.computeIfAbsent(new Kind(path, status), kind -> new LongAdder()).increment();
    }

    /** Labels to count, in order. */
    Map<String, Long> byLabels() {
        Map<String, Long> sorted = new TreeMap<>();
        counts.forEach((kind, count) ->
                sorted.put("{path=\"" + kind.path() + "\",status=\"" + kind.status() + "\"}", count.sum()));
        return sorted;
    }
}
