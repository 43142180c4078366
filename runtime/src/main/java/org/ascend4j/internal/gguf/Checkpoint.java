package org.ascend4j.internal.gguf;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.ascend4j.error.ModelFormatException;

/**
 * A model's settings and weights in GGUF's terms: its keys, tensor names, formats and row orders. A {@link GgufFile} is
 * one; other layouts are translated into these terms where they are read, so that everything above knows one kind.
 *
 * <p>Any thread may read at the same time as others.
 */
public interface Checkpoint extends AutoCloseable {
    /** The file or folder, for error messages. */
    Path path();

    /** The settings under GGUF's keys. */
    GgufMetadata metadata();

    /** All tensors in the order of the file. */
    Collection<GgufTensor> tensors();

    /** The tensor of this name, if there is one. */
    Optional<GgufTensor> tensor(String name);

    /**
     * The matrix of this name, if it is kept as integers with scales of their own. {@link #tensor} then tells its sizes
     * and bytes; those bytes cannot be read as they are.
     */
    default Optional<QuantizedMatrix> quantized(String name) {
        return Optional.empty();
    }

    /** The same for a tensor of experts: the matrix of each; empty if they are kept otherwise. */
    default List<QuantizedMatrix> quantizedExperts(String name) {
        return List.of();
    }

    /** The tensor of this name. */
    default GgufTensor requireTensor(String name) {
        return tensor(name)
                .orElseThrow(() -> new ModelFormatException(path() + ": tensor " + name
                        + ": absent, but this model needs it; the file may be incomplete or of another architecture"));
    }

    /**
     * Fills the rest of {@code destination} (heap or direct) with a tensor's bytes.
     *
     * @param tensor an entry of this checkpoint's own directory
     * @param offset first byte to read, counted from the tensor's start; a whole number of blocks
     * @param destination filled from its position to its limit, which must not reach past the tensor's end
     */
    void read(GgufTensor tensor, long offset, ByteBuffer destination);

    @Override
    void close();
}
