package org.ascend4j.internal.acl;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The scratch memory of one stream's operators: work in a stream runs in order, so all of them share one. */
public final class Workspace implements AutoCloseable {
    /** CANN rounds its own pieces to this. */
    private static final long GRANULE = 512;

    private static final Duration DRAIN = Duration.ofMinutes(2);

    private final Stream stream;
    private final List<DeviceMemory> outgrown = new ArrayList<>();
    private DeviceMemory memory;
    private boolean kept;

    public Workspace(Stream stream) {
        this.stream = stream;
    }

    /**
     * Address of at least {@code bytes} bytes, 0 for none. Growing at least doubles, and waits for the stream, whose
     * queued operators may still use the old memory, unless that is kept.
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
            retire();
        }
        memory = stream.device().allocate(size);
    }

    private void retire() {
        if (kept) {
            outgrown.add(memory);
        } else {
            stream.synchronize(DRAIN);
            memory.close();
        }
        memory = null;
    }

    /** From now on memory stays where it is until the end, also when it is outgrown: a captured graph may use it. */
    public void keep() {
        kept = true;
    }

    /** What {@link #require} has handed out last; null if nothing ever asked for any. */
    public DeviceMemory memory() {
        return memory;
    }

    /** Bytes in use now. */
    public long size() {
        return memory == null ? 0 : memory.size();
    }

    /** Frees the memory; the stream must be idle. The workspace may be used again. */
    @Override
    public void close() {
        outgrown.forEach(DeviceMemory::close);
        outgrown.clear();
        if (memory != null) {
            memory.close();
            memory = null;
        }
    }
}
