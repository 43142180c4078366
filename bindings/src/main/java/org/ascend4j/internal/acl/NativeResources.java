package org.ascend4j.internal.acl;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the native resources that are open in this process. With the system property
 * {@code ascend4j.trackAllocations=true} it also remembers where each was made.
 */
public final class NativeResources {
    /** What can be outstanding. */
    public enum Kind {
        DEVICE("device"),
        STREAM("stream"),
        EVENT("event"),
        DEVICE_MEMORY("device memory"),
        HOST_MEMORY("host memory"),
        TENSOR("tensor"),
        SCALAR("scalar"),
        INT_ARRAY("int array"),
        TENSOR_LIST("tensor list"),
        CAPTURE("capture"),
        GRAPH("graph"),
        STEP_PROGRAM("step program");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    static final String TRACK = "ascend4j.trackAllocations";

    private static final Map<Kind, LongAdder> COUNTS = new EnumMap<>(Kind.class);
    private static final Set<NativeResource> TRACKED = ConcurrentHashMap.newKeySet();

    static {
        for (Kind kind : Kind.values()) {
            COUNTS.put(kind, new LongAdder());
        }
    }

    private NativeResources() {}

    /** How many resources of each kind are open; kinds with none are left out, so no leak means an empty map. */
    public static Map<Kind, Long> outstanding() {
        Map<Kind, Long> open = new EnumMap<>(Kind.class);
        COUNTS.forEach((kind, count) -> {
            if (count.sum() != 0) {
                open.put(kind, count.sum());
            }
        });
        return Collections.unmodifiableMap(open);
    }

    /** One line for each open resource that was made while tracking was on, with the place where it was made. */
    public static List<String> sites() {
        List<String> lines = new ArrayList<>();
        TRACKED.forEach(resource -> lines.add(resource.description()));
        Collections.sort(lines);
        return lines;
    }

    static boolean tracking() {
        return Boolean.getBoolean(TRACK);
    }

    static void opened(NativeResource resource) {
        COUNTS.get(resource.kind()).increment();
        if (resource.site() != null) {
            TRACKED.add(resource);
        }
    }

    static void closed(NativeResource resource) {
        COUNTS.get(resource.kind()).decrement();
        if (resource.site() != null) {
            TRACKED.remove(resource);
        }
    }
}
