package org.ascend4j.internal.schedule;

import java.util.Objects;

/**
 * Who may share cached prefixes: only sequences of equal scopes do.
 *
 * @param cacheSalt the tenant's secret; empty for none
 * @param adapter the adapter that runs with the model; empty for none
 */
public record PrefixScope(String cacheSalt, String adapter) {
    /** Shared by all that ask for nothing else. */
    public static final PrefixScope SHARED = new PrefixScope("", "");

    public PrefixScope {
        Objects.requireNonNull(cacheSalt, "cacheSalt");
        Objects.requireNonNull(adapter, "adapter");
    }
}
