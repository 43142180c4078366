package org.ascend4j.internal.weight;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;

/** The formats of a checkpoint's weights, looked at before a device is. */
public final class WeightFormats {
    private WeightFormats() {}

    /** @throws ModelFormatException naming the first tensor of a format that cannot be read into weights */
    public static void requireSupported(Checkpoint file) {
        for (GgufTensor tensor : file.tensors()) {
            if (!integers(file, tensor.name()) && !Dequantizer.supports(tensor.type())) {
                throw new ModelFormatException(file.path() + ": tensor " + tensor.name() + ": found type "
                        + tensor.type() + ", expected one of " + Dequantizer.SUPPORTED);
            }
        }
    }

    /** Whether a tensor is one or more matrices of integers with scales of their own. */
    static boolean integers(Checkpoint file, String name) {
        return file.quantized(name).isPresent() || !file.quantizedExperts(name).isEmpty();
    }

    /**
     * Bytes that the weights take on a device, about: numbers have the activations' type, integers keep their width where
     * activations are of half size.
     */
    public static long deviceBytes(Checkpoint file, DataType type) {
        long sum = 0;
        for (GgufTensor tensor : file.tensors()) {
            Optional<QuantizedMatrix> matrix = file.quantized(tensor.name());
            if (type == DataType.FLOAT) {
                sum += type.bytes(tensor.elements());
            } else if (matrix.isPresent()) {
                sum += bytes(matrix.get(), type);
            } else {
                boolean plain = tensor.type().blockSize() == 1;
                sum += plain ? type.bytes(tensor.elements()) : tensor.byteSize();
            }
        }
        return sum;
    }

    private static long bytes(QuantizedMatrix matrix, DataType type) {
        long rows = matrix.rows();
        long tables = matrix.affine() ? 2 : 1;
        return rows * matrix.columns() * matrix.bits() / 8 + type.bytes(rows * matrix.groups() * tables);
    }

    /** How many bytes a checkpoint has of each format. */
    public static Map<GgmlType, Long> bytes(Checkpoint file) {
        Map<GgmlType, Long> bytes = new TreeMap<>();
        file.tensors().forEach(tensor -> bytes.merge(tensor.type(), tensor.byteSize(), Long::sum));
        return bytes;
    }
}
