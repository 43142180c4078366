package org.ascend4j.internal.ops;

import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.acl.Tensor;

/**
 * Device memory for tensors that live as long as each other: handed out in order, given back all at once. Keeps its
 * chunks when reset, so that a steady user allocates nothing. Belongs to the thread that owns the device.
 */
public final class TensorArena implements AutoCloseable {
    /** Weight operators read fastest at this alignment; CANN's own pools use it as well. */
    private static final long ALIGNMENT = 512;

    private final Device device;
    private final long chunkBytes;
    private final List<Chunk> chunks = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private boolean recycled;

    /** @param chunkBytes size of a chunk; a larger request gets a chunk of its own */
    public TensorArena(Device device, long chunkBytes) {
        this.device = device;
        this.chunkBytes = chunkBytes;
    }

    private DeviceMemory memory(long bytes) {
        long size = Math.max(ALIGNMENT, (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        for (Chunk chunk : chunks) {
            if (chunk.memory.size() - chunk.used >= size) {
                return chunk.take(size, bytes);
            }
        }
        // Doubling: else a user whose needs grow a little each round would leave a chunk of every size behind.
        long grown = recycled ? Math.max(chunkBytes, total()) : chunkBytes;
        Chunk chunk = new Chunk(device.allocate(Math.max(size, grown)));
        chunks.add(chunk);
        return chunk.take(size, bytes);
    }

    private long total() {
        return chunks.stream().mapToLong(chunk -> chunk.memory.size()).sum();
    }

    /** One allocation, filled from its start. */
    private static final class Chunk {
        private final DeviceMemory memory;
        private long used;

        Chunk(DeviceMemory memory) {
            this.memory = memory;
        }

        DeviceMemory take(long size, long bytes) {
            DeviceMemory slice = memory.slice(used, bytes);
            used += size;
            return slice;
        }
    }

    /** Room for {@code elements} elements, not initialised. */
    public DeviceArray array(DataType type, long elements) {
        return new DeviceArray(this, type, memory(type.bytes(elements)));
    }

    /** Closes a tensor with this arena's own. */
    Tensor keep(Tensor tensor) {
        tensors.add(tensor);
        return tensor;
    }

    /**
     * Closes all tensors and starts over. Work that is queued already may still use the old contents if all users queue
     * on one stream, because the new contents are then written behind it.
     */
    public void reset() {
        for (int i = 0; i < tensors.size(); i++) {
            tensors.get(i).close();
        }
        tensors.clear();
        for (int i = 0; i < chunks.size(); i++) {
            chunks.get(i).used = 0;
        }
        recycled = true;
    }

    /**
     * Starts over as {@link #reset} does, but leaves the tensors open and to the caller, for a captured graph that goes on
     * with them and their addresses.
     */
    public List<Tensor> release() {
        List<Tensor> released = new ArrayList<>(tensors);
        tensors.clear();
        reset();
        return released;
    }

    @Override
    public void close() {
        reset();
        chunks.forEach(chunk -> chunk.memory.close());
        chunks.clear();
    }
}
