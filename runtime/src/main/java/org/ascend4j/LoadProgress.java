package org.ascend4j;

/** Hears how far loading is; called on the loading thread, often. */
@FunctionalInterface
public interface LoadProgress {
    /** Ignores everything. */
    LoadProgress NONE = (loaded, total) -> {};

    /**
     * @param loaded bytes of the file on the device
     * @param total bytes of all tensors of the file
     */
    void loaded(long loaded, long total);
}
