package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.TensorArena;

/**
 * The weights of a GGUF file on the device. A model first asks for all it needs, which reserves device memory, then
 * {@link #load} fills it. Quantized tensors keep their quants where an operator takes them; the others, and all of them
 * in float32, are dequantized. Belongs to the thread that owns the device.
 */
public final class GgufWeights {
    private static final int JOB_ELEMENTS = 1 << 20;

    /** Tensors that are read with the settings: divisors of rotary frequencies. */
    private static final Set<String> SETTINGS =
            Set.of("rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight");

    private final Checkpoint file;
    private final TensorArena arena;
    private final DataType type;
    private final boolean fast;
    private final WeightLoader loader;
    private final IntegerWeights integers;
    private final Set<String> used = new HashSet<>();
    private int statesWidth;

    /**
     * @param arena gets the weights; its owner closes it
     * @param type of activations and of dequantized weights
     * @param fast lets operators multiply quantized weights in int8
     * @param threads that read and convert
     */
    public GgufWeights(Checkpoint file, TensorArena arena, DataType type, boolean fast, int threads) {
        this.file = file;
        this.arena = arena;
        this.type = type;
        this.fast = fast;
        this.loader = new WeightLoader(threads);
        this.integers = new IntegerWeights(arena, type, fast, loader);
    }

    /**
     * Leaves the projection to the vocabulary in the file: heads give the states, of {@code width} features, that they
     * are given.
     */
    public GgufWeights withoutHead(int width) {
        statesWidth = width;
        return this;
    }

    /** Counts tensors as used, if the file has them, that belong to the model but not to what is asked of it. */
    public void leave(String... names) {
        used.addAll(List.of(names));
    }

    /** Whether the file has a tensor. */
    public boolean has(String name) {
        return file.tensor(name).isPresent();
    }

    /** A vector (size) in the activations' type. */
    public Tensor vector(String name, int size) {
        return vector(name, size, 1);
    }

    /** As {@link #vector(String, int)}, each number multiplied. */
    public Tensor vector(String name, int size, float factor) {
        GgufTensor tensor = require(name, size);
        return dequantized(List.of(tensor), 1, size, factor).as(size);
    }

    /** A table of {@code rows} (columns) in the activations' type, without the first {@code skipped} of them. */
    public Tensor table(String name, int columns, int rows, int skipped) {
        DeviceArray all = dequantized(List.of(require(name, columns, rows)), rows, columns);
        return all.view(new long[] {rows - (long) skipped, columns}, new long[] {columns, 1}, (long) skipped * columns);
    }

    /** The type of activations. */
    public DataType type() {
        return type;
    }

    /** (1): a number in the activations' type, rounded to it. */
    public Tensor constant(float value) {
        DeviceArray array = arena.array(type, 1);
        ByteBuffer bytes = ByteBuffer.allocateDirect(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        ActivationType.of(type).put(new float[] {value}, 1, bytes);
        array.memory().copyFrom(bytes.flip());
        return array.as(1);
    }

    /** The projection whose rows are those of the named matrices, one after the other; all have {@code in} columns. */
    public Linear linear(int in, int[] rows, String... names) {
        List<GgufTensor> parts = new ArrayList<>();
        int out = 0;
        for (int i = 0; i < names.length; i++) {
            parts.add(require(names[i], in, rows[i]));
            out += rows[i];
        }
        return rows(parts, in, out).linear(0, out);
    }

    /** As {@link #linear(int, int[], String...)} for one matrix. */
    public Linear linear(String name, int in, int out) {
        return linear(in, new int[] {out}, name);
    }

    /** Projections that share one matrix of {@code in} columns: each takes the next of {@code rows}. */
    public List<Linear> slices(String name, int in, int... rows) {
        int all = IntStream.of(rows).sum();
        IntegerWeights.Rows matrix = rows(List.of(require(name, in, all)), in, all);
        List<Linear> slices = new ArrayList<>();
        int first = 0;
        for (int count : rows) {
            slices.add(matrix.linear(first, count));
            first += count;
        }
        return slices;
    }

    /** A projection of the matrix {@code name.weight} with the bias {@code name.bias}, unless the matrix brings it along. */
    public Linear biased(Linear linear, String name) {
        Optional<QuantizedMatrix> matrix = file.quantized(name + ".weight");
        if (matrix.flatMap(QuantizedMatrix::input)
                .filter(QuantizedMatrix.FixedInput::biased)
                .isPresent()) {
            used.add(name + ".bias");
            return linear;
        }
        return new Linear.Biased(linear, vector(name + ".bias", linear.outFeatures()));
    }

    /** Matrices, one below the other, of which runs of rows are projections. */
    private IntegerWeights.Rows rows(List<GgufTensor> parts, int in, int out) {
        if (integers(parts)) {
            return integers.rows(matrices(parts));
        }
        Optional<PackFormat> format = kept(parts, in);
        if (format.isPresent()) {
            Packed packed = pack(parts, format.get(), out, in);
            return (first, count) -> packed.linear(first, count, in, fast);
        }
        DeviceArray table = dequantized(parts, out, in);
        return (first, count) -> plain(table, first, count, in);
    }

    /** Whether all parts are integers with scales of their own; a mixture is dequantized. */
    private boolean integers(List<GgufTensor> parts) {
        return parts.stream().allMatch(part -> file.quantized(part.name()).isPresent());
    }

    private List<QuantizedMatrix> matrices(List<GgufTensor> parts) {
        return parts.stream()
                .map(part -> file.quantized(part.name()).orElseThrow())
                .toList();
    }

    /**
     * The matrices of {@code count} experts, whose rows are those of the named tensors (count, out, in), one after the
     * other for each expert.
     */
    public Experts experts(int in, int out, int count, String... names) {
        int rows = Math.multiplyExact(out, names.length);
        long matrix = (long) out * in;
        DeviceArray target = arena.array(type, Math.multiplyExact(matrix * names.length, (long) count));
        for (int i = 0; i < names.length; i++) {
            GgufTensor tensor = require(names[i], in, out, count);
            List<QuantizedMatrix> matrices = file.quantizedExperts(names[i]);
            for (int expert = 0; expert < matrices.size(); expert++) {
                long at = ((long) expert * names.length + i) * matrix;
                integers.dequantize(matrices.get(expert), target, at);
            }
            for (int expert = 0; matrices.isEmpty() && expert < count; expert++) {
                long at = ((long) expert * names.length + i) * matrix;
                dequantize(tensor, expert * matrix, matrix, target, at, 1);
            }
        }
        return new Experts(target, count, in, rows);
    }

    /** An embedding and, over the same bytes, the head that is tied to it. */
    public record Tied(TokenEmbedding embedding, Head head) {}

    /** The table (rows, columns) as embedding and as head. */
    public Tied tied(String name, int columns, int rows) {
        GgufTensor tensor = require(name, columns, rows);
        // An embedding has no operator for pairs of four bits, nor for offsets.
        Optional<PackFormat> format = kept(List.of(tensor), columns).filter(kept -> !kept.affine());
        if (format.isPresent()) {
            Packed packed = pack(List.of(tensor), format.get().widened(), rows, columns);
            int group = GroupPacker.GROUP;
            Tensor quants = packed.quants.as(rows, columns);
            Tensor scales = packed.scales.as(rows, columns / group);
            return new Tied(
                    new TokenEmbedding.GroupQuantized(quants, scales, group, columns),
                    statesWidth > 0
                            ? Head.states(statesWidth)
                            : Head.of(rows, tile -> packed.linear(tile.first(), tile.count(), columns, fast)));
        }
        DeviceArray table = dequantized(List.of(tensor), rows, columns);
        if (statesWidth > 0) {
            return new Tied(new TokenEmbedding.Plain(table.as(rows, columns)), Head.states(statesWidth));
        }
        return new Tied(
                new TokenEmbedding.Plain(table.as(rows, columns)),
                Head.of(rows, tile -> plain(table, tile.first(), tile.count(), columns)));
    }

    /** The table (rows, columns) as embedding only. */
    public TokenEmbedding embedding(String name, int columns, int rows) {
        return tied(name, columns, rows).embedding();
    }

    /** The matrix (rows, columns) as head only, in tiles that the operators take. */
    public Head head(String name, int columns, int rows) {
        GgufTensor tensor = require(name, columns, rows);
        if (statesWidth > 0) {
            return Head.states(statesWidth);
        }
        IntegerWeights.Rows matrix = rows(List.of(tensor), columns, rows);
        return Head.of(rows, tile -> matrix.linear(tile.first(), tile.count()));
    }

    /** Refuses a file with tensors that nobody asked for: they would change the answers. */
    public void requireAllUsed(String architecture) {
        Set<String> left = new TreeSet<>();
        file.tensors().forEach(tensor -> left.add(tensor.name()));
        left.removeAll(used);
        left.removeAll(SETTINGS);
        if (!left.isEmpty()) {
            throw new ModelFormatException(
                    file.path() + ": tensor " + left.iterator().next() + " (" + left.size()
                            + " such) has no place in architecture " + architecture
                            + " as this version knows it; ignoring it would give wrong answers");
        }
    }

    /**
     * Fills everything that was asked for.
     *
     * @param progress hears the bytes of the file that are on the device
     */
    public void load(LongConsumer progress) {
        loader.run(progress);
    }

    /** How these are kept quantized; empty if they are dequantized. */
    private Optional<PackFormat> kept(List<GgufTensor> parts, int columns) {
        // The operators want at least two groups in a row.
        return type == DataType.FLOAT
                        || columns <= GroupPacker.GROUP
                        || parts.stream()
                                .anyMatch(part -> file.quantized(part.name()).isPresent())
                ? Optional.empty()
                : PackFormat.of(parts.stream().map(GgufTensor::type).toList());
    }

    static Linear plain(DeviceArray table, int firstRow, int rows, int columns) {
        long offset = (long) firstRow * columns;
        return new Linear.Plain(table.view(new long[] {columns, rows}, new long[] {1, columns}, offset), rows);
    }

    /** Quants (rows, columns) with scales and, for affine types, offsets (rows, columns / group). */
    private record Packed(DeviceArray quants, DeviceArray scales, DeviceArray offsets) {
        Linear linear(int firstRow, int rows, int columns, boolean fast) {
            int groups = columns / GroupPacker.GROUP;
            return new Linear.GroupQuantized(
                    transposed(quants, firstRow, rows, columns),
                    transposed(scales, firstRow, rows, groups),
                    offsets == null ? null : transposed(offsets, firstRow, rows, groups),
                    GroupPacker.GROUP,
                    fast,
                    rows);
        }

        private static Tensor transposed(DeviceArray array, int firstRow, int rows, int columns) {
            return array.view(new long[] {columns, rows}, new long[] {1, columns}, (long) firstRow * columns);
        }
    }

    private Packed pack(List<GgufTensor> parts, PackFormat format, int rows, int columns) {
        long elements = (long) rows * columns;
        long groups = elements / GroupPacker.GROUP;
        Packed packed = new Packed(
                arena.array(format.quants(), elements),
                arena.array(type, groups),
                format.affine() ? arena.array(type, groups) : null);
        long group = 0;
        for (GgufTensor part : parts) {
            long all = part.elements() / GroupPacker.GROUP;
            int step = JOB_ELEMENTS / GroupPacker.GROUP;
            for (long first = 0; first < all; first += step) {
                int count = (int) Math.min(step, all - first);
                loader.add(new PackJob(
                        file, part, first, count, format, type, packed.quants, packed.scales, packed.offsets, group));
                group += count;
            }
        }
        return packed;
    }

    private DeviceArray dequantized(List<GgufTensor> parts, int rows, int columns) {
        return dequantized(parts, rows, columns, 1);
    }

    private DeviceArray dequantized(List<GgufTensor> parts, int rows, int columns, float factor) {
        DeviceArray target = arena.array(type, (long) rows * columns);
        long at = 0;
        for (GgufTensor part : parts) {
            QuantizedMatrix matrix = file.quantized(part.name()).orElse(null);
            if (matrix != null) {
                integers.dequantize(matrix, target, at);
            } else {
                dequantize(part, 0, part.elements(), target, at, factor);
            }
            at += part.elements();
        }
        return target;
    }

    /** Elements of a tensor from a block's start on. */
    private void dequantize(GgufTensor part, long first, long elements, DeviceArray target, long at, float factor) {
        for (long done = 0; done < elements; done += JOB_ELEMENTS) {
            int count = (int) Math.min(JOB_ELEMENTS, elements - done);
            loader.add(new DequantizeJob(file, part, first + done, count, factor, type, target.memory(), at + done));
        }
    }

    private GgufTensor require(String name, long... shape) {
        GgufTensor tensor = file.requireTensor(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new ModelFormatException(file.path() + ": tensor " + name + ": found shape "
                    + Arrays.toString(tensor.shape()) + ", expected " + Arrays.toString(shape)
                    + " by the sizes in the file's metadata");
        }
        requireSupported(tensor);
        used.add(name);
        return tensor;
    }

    private void requireSupported(GgufTensor tensor) {
        if (WeightFormats.integers(file, tensor.name())) {
            return;
        }
        if (!Dequantizer.supports(tensor.type())) {
            throw new ModelFormatException(file.path() + ": tensor " + tensor.name() + ": type " + tensor.type()
                    + " is not supported; supported: " + Dequantizer.SUPPORTED);
        }
    }
}
