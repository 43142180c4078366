package org.ascend4j.internal.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.weight.AdapterWeights;

/** The adapters of an engine's model, through sleep as well. Owned by the engine thread. */
final class LoadedAdapters {
    private final Map<Integer, AdapterWeights> loaded = new TreeMap<>();

    /** To be freed once no request uses them. */
    private final Map<Integer, CompletableFuture<Boolean>> leaving = new LinkedHashMap<>();

    void load(Model model, int id, AdapterWeights weights, CompletableFuture<Boolean> done) {
        try {
            model.loadAdapter(id, weights);
        } catch (RuntimeException e) {
            done.completeExceptionally(new AscendException(
                    "the adapter of " + weights.bytes() + " bytes could not be put on the device: " + e.getMessage(),
                    e));
            return;
        }
        loaded.put(id, weights);
        done.complete(true);
    }

    void unload(int id, CompletableFuture<Boolean> done) {
        leaving.put(id, done);
    }

    /** Whether requests may name it; 0 is no adapter. */
    boolean has(int id) {
        return id == 0 || loaded.containsKey(id) && !leaving.containsKey(id);
    }

    /** Puts all on a model that was opened anew. */
    void restore(Model model) {
        loaded.forEach(model::loadAdapter);
    }

    /**
     * Frees those that may go.
     *
     * @param model null while none is on the device
     * @param loop tells who is used; null for nobody
     */
    void sweep(Model model, EngineLoop loop) {
        if (leaving.isEmpty()) {
            return;
        }
        leaving.entrySet().removeIf(entry -> {
            if (loop != null && loop.uses(entry.getKey())) {
                return false;
            }
            if (model != null) {
                model.unloadAdapter(entry.getKey());
            }
            loaded.remove(entry.getKey());
            entry.getValue().complete(true);
            return true;
        });
    }

    /** Tells those who wait that it is over. */
    void fail(AscendException cause) {
        leaving.values().forEach(done -> done.completeExceptionally(cause));
        leaving.clear();
    }
}
