package org.ascend4j;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.engine.Engine;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.weight.AdapterWeights;

/** The adapters of a model by name. Thread-safe. */
final class Adapters {
    private static final int LONGEST_NAME = 256;

    private final Engine engine;
    private final AdapterTargets base;
    private final DataType type;
    private final int most;
    private final int mostRank;
    private final AtomicInteger numbers = new AtomicInteger();
    private final Map<String, Entry> loaded = new LinkedHashMap<>();

    /** Names that are being loaded, and those whose memory is not free yet. */
    private final Set<String> busy = new TreeSet<>();

    /**
     * An adapter that requests may name.
     *
     * @param number the engine's name for it, never used again
     */
    record Entry(int number, LoadedAdapter facts) {}

    Adapters(Engine engine, AdapterTargets base, DataType type, int most, int mostRank) {
        this.engine = engine;
        this.base = base;
        this.type = type;
        this.most = most;
        this.mostRank = mostRank;
    }

    LoadedAdapter load(String name, Path folder) {
        OptionRules.texts("adapter", List.of(OptionRules.given("adapter", name, "a name")), 1, LONGEST_NAME);
        reserve(name);
        try {
            AdapterWeights weights = AdapterWeights.read(folder, base, type, mostRank);
            int number = numbers.incrementAndGet();
            engine.loadAdapter(number, weights);
            LoadedAdapter facts = new LoadedAdapter(name, folder, weights.rank(), weights.bytes(), weights.digest());
            synchronized (this) {
                loaded.put(name, new Entry(number, facts));
            }
            return facts;
        } finally {
            synchronized (this) {
                busy.remove(name);
            }
        }
    }

    private synchronized void reserve(String name) {
        if (loaded.containsKey(name) || busy.contains(name)) {
            throw new InvalidRequestException(
                    "adapter", "found '" + name + "' loaded already, expected another name; unload it first");
        }
        int count = loaded.size() + busy.size();
        if (count >= most) {
            throw new InvalidRequestException(
                    "max-loras",
                    "found " + count + " adapters loaded, expected at most " + most
                            + "; unload one, or open the model with more");
        }
        busy.add(name);
    }

    void unload(String name) {
        Entry entry;
        synchronized (this) {
            entry = require(name);
            loaded.remove(name);
            busy.add(name);
        }
        try {
            engine.unloadAdapter(entry.number());
        } finally {
            synchronized (this) {
                busy.remove(name);
            }
        }
    }

    /** What requests of this name get; null for the empty name. */
    synchronized Entry find(String name) {
        return name.isEmpty() ? null : require(name);
    }

    private Entry require(String name) {
        Entry entry = loaded.get(name);
        if (entry == null) {
            throw new InvalidRequestException(
                    "adapter", "found '" + name + "', expected one that is loaded: " + loaded.keySet());
        }
        return entry;
    }

    synchronized List<LoadedAdapter> all() {
        List<LoadedAdapter> all = new ArrayList<>();
        loaded.values().forEach(entry -> all.add(entry.facts()));
        return List.copyOf(all);
    }
}
