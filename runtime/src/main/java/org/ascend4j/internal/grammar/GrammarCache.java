package org.ascend4j.internal.grammar;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Compiled grammars of one vocabulary by their content, least recently used ones dropped. Safe for use by several
 * threads. Grammars in use stay alive when dropped here.
 */
public final class GrammarCache {
    private final Vocabulary vocabulary;
    private final GrammarLimits limits;
    private final int maxGrammars;
    private final Map<GrammarSpec, Grammar> compiled = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<GrammarSpec, CompletableFuture<Grammar>> underWay = new HashMap<>();

    /**
     * @param maxGrammars how many grammars are kept; each may hold up to the limits' cache bytes
     */
    public GrammarCache(Vocabulary vocabulary, GrammarLimits limits, int maxGrammars) {
        if (maxGrammars < 1) {
            throw new IllegalArgumentException("maxGrammars: " + maxGrammars + "; expected at least 1");
        }
        this.vocabulary = vocabulary;
        this.limits = limits;
        this.maxGrammars = maxGrammars;
    }

    /**
     * The grammar, compiled on the executor unless it is known. Requests for one that is under way share its
     * compilation. The future fails with {@link org.ascend4j.error.InvalidRequestException}, which is not kept.
     */
    public CompletableFuture<Grammar> get(GrammarSpec spec, Executor executor) {
        CompletableFuture<Grammar> answer;
        synchronized (this) {
            Grammar known = compiled.get(spec);
            if (known != null) {
                return CompletableFuture.completedFuture(known);
            }
            answer = underWay.get(spec);
            if (answer != null) {
                return answer.copy();
            }
            answer = new CompletableFuture<>();
            underWay.put(spec, answer);
        }
        // What the callers hold are copies: one that cancels does not cancel the others.
        CompletableFuture<Grammar> shared = answer;
        try {
            executor.execute(() -> compile(spec, shared));
        } catch (RuntimeException e) {
            forget(spec);
            shared.completeExceptionally(e);
        }
        return shared.copy();
    }

    /** The grammar, compiled on the calling thread unless it is known. */
    public Grammar get(GrammarSpec spec) {
        try {
            return get(spec, Runnable::run).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** How many grammars are kept. */
    public synchronized int size() {
        return compiled.size();
    }

    private void compile(GrammarSpec spec, CompletableFuture<Grammar> answer) {
        try {
            Grammar grammar = Grammar.compile(spec, vocabulary, limits);
            keep(spec, grammar);
            answer.complete(grammar);
        } catch (RuntimeException | StackOverflowError e) {
            forget(spec);
            answer.completeExceptionally(e);
        }
    }

    private synchronized void keep(GrammarSpec spec, Grammar grammar) {
        underWay.remove(spec);
        compiled.put(spec, grammar);
        Iterator<Grammar> oldest = compiled.values().iterator();
        while (compiled.size() > maxGrammars) {
            oldest.next();
            oldest.remove();
        }
    }

    private synchronized void forget(GrammarSpec spec) {
        underWay.remove(spec);
    }
}
