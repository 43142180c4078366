package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.pretrained.AdapterFolder;
import org.ascend4j.internal.pretrained.AdapterFolder.Pair;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.safetensors.SafetensorsTensor;

/**
 * A LoRA adapter in host memory, in the type of activations and the row order of the model. It stays here while it is
 * loaded, so that a model that wakes from sleep has it again.
 *
 * @param digest SHA-256 of everything that can change an answer, in hexadecimal
 */
public record AdapterWeights(String digest, int rank, List<Matrices> matrices) {
    private static final int CHUNK_ELEMENTS = 1 << 18;

    public AdapterWeights {
        matrices = List.copyOf(matrices);
    }

    /**
     * The factors for one projection.
     *
     * @param name the projection's, by GGUF
     * @param a (rank, in)
     * @param b (out, rank), times the adapter's scale
     */
    public record Matrices(String name, int rank, int in, int out, ByteBuffer a, ByteBuffer b) {}

    /** Bytes of all factors. */
    public long bytes() {
        return matrices.stream()
                .mapToLong(each -> (long) each.a().capacity() + each.b().capacity())
                .sum();
    }

    /**
     * Reads an adapter. Takes no native call, so any thread may.
     *
     * @param type of activations
     * @param mostRank a greater rank is refused
     * @throws ModelFormatException naming the file and the field or tensor that is wrong
     */
    public static AdapterWeights read(Path folder, AdapterTargets base, DataType type, int mostRank) {
        try (AdapterFolder files = AdapterFolder.open(folder, base)) {
            files.requireRank(mostRank);
            MessageDigest digest = sha256();
            List<Matrices> matrices = new ArrayList<>();
            for (Pair pair : files.pairs()) {
                Reader reader = new Reader(files, type);
                ByteBuffer a = reader.read(pair.a(), files.rank(), pair.shape().in(), 1, 0);
                ByteBuffer b = reader.read(pair.b(), pair.shape().out(), files.rank(), files.scale(), pair.headSize());
                digest.update((pair.name() + " " + files.rank() + " " + type + "\n").getBytes(StandardCharsets.UTF_8));
                digest.update(a.duplicate());
                digest.update(b.duplicate());
                matrices.add(new Matrices(
                        pair.name(),
                        files.rank(),
                        pair.shape().in(),
                        pair.shape().out(),
                        a,
                        b));
            }
            return new AdapterWeights(HexFormat.of().formatHex(digest.digest()), files.rank(), matrices);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Reads and converts tensors, whose sizes have been checked. */
    private record Reader(AdapterFolder files, DataType type) {
        /**
         * @param headSize rows change places within heads of this size, from halves to pairs; 0 for no change
         * @return little-endian numbers in the activations' type
         */
        ByteBuffer read(SafetensorsTensor tensor, int rows, int columns, double scale, int headSize) {
            int elements = Math.multiplyExact(rows, columns);
            ByteBuffer target =
                    ByteBuffer.allocate(Math.toIntExact(type.bytes(elements))).order(ByteOrder.LITTLE_ENDIAN);
            int step = Math.max(1, CHUNK_ELEMENTS / columns);
            float[] values = new float[Math.min(step, rows) * columns];
            ByteBuffer source =
                    ByteBuffer.allocate(values.length * tensor.type().bits() / 8);
            for (int first = 0; first < rows; first += step) {
                int count = Math.min(step, rows - first);
                if (headSize > 0) {
                    for (int row = 0; row < count; row++) {
                        load(tensor, sourceRow(first + row, headSize), 1, columns, source, values, row * columns);
                    }
                } else {
                    load(tensor, first, count, columns, source, values, 0);
                }
                convert(tensor, values, count * columns, scale, target);
            }
            return target.flip();
        }

        /** Row 2i + j of a head is row j · size/2 + i of the file. */
        private static int sourceRow(int row, int headSize) {
            int feature = row % headSize;
            return row - feature + feature % 2 * (headSize / 2) + feature / 2;
        }

        private void load(
                SafetensorsTensor tensor, int row, int rows, int columns, ByteBuffer source, float[] values, int at) {
            int width = tensor.type().bits() / 8;
            source.clear().limit(rows * columns * width);
            files.read(tensor, (long) row * columns * width, source);
            source.flip();
            for (int i = 0; i < rows * columns; i++) {
                values[at + i] = switch (tensor.type()) {
                    case F32 -> source.getFloat();
                    case F16 -> Half.toFloat(source.getShort());
                    case BF16 -> Float.intBitsToFloat(source.getShort() << 16);
                    default -> throw new IllegalStateException(tensor.toString());
                };
            }
        }

        private void convert(SafetensorsTensor tensor, float[] values, int count, double scale, ByteBuffer target) {
            float largest = type == DataType.FLOAT16 ? 65504 : Float.MAX_VALUE;
            for (int i = 0; i < count; i++) {
                float value = (float) (values[i] * scale);
                if (!(Math.abs(value) <= largest)) {
                    throw files.wrong(tensor, values[i] + " times " + scale, "numbers that " + type + " can hold");
                }
                values[i] = value;
            }
            ActivationType.of(type).put(values, count, target);
        }
    }
}
