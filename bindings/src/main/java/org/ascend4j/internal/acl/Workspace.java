package org.ascend4j.internal.acl;

import java.time.Duration;

/** The scratch memory of one stream's operators: work in a stream runs in order, so all of them share one. */
public final class Workspace implements AutoCloseable {
    /** CANN rounds its own pieces to this. */
    private static final long GRANULE = 512;

    private static final Duration DRAIN = Duration.ofMinutes(2);

    private final Stream stream;
    private DeviceMemory memory;

    public Workspace(Stream stream) {
        this.stream = stream;
    }

    /**
     * Address of at least {@code bytes} bytes, 0 for none. Growing waits for the stream, whose queued operators may
     * still use the old memory, and at least doubles.
     */
    public long require(long bytes) {
        if (bytes == 0) {
            return 0;
        }
        if (memory == null || memory.size() < bytes) {
            grow(bytes);
        }
        return memory.address();
    }

    private void grow(long bytes) {
        long size = Math.addExact(bytes, GRANULE - 1) / GRANULE * GRANULE;
        if (memory != null) {
            size = Math.max(size, Math.multiplyExact(memory.size(), 2L));
            stream.synchronize(DRAIN);
            close();
        }
        memory = stream.device().allocate(size);
    }

    /** Bytes held now. */
    public long size() {
        return memory == null ? 0 : memory.size();
    }

    /** Frees the memory; the stream must be idle. The workspace may be used again. */
    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }
}
