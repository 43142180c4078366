package org.ascend4j.internal.weight;

import java.util.Map;
import java.util.TreeMap;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufTensor;

/** The formats of a checkpoint's weights, looked at before a device is. */
public final class WeightFormats {
    private WeightFormats() {}

    /** @throws ModelFormatException naming the first tensor of a format that cannot be read into weights */
    public static void requireSupported(Checkpoint file) {
        for (GgufTensor tensor : file.tensors()) {
            if (!Dequantizer.supports(tensor.type())) {
                throw new ModelFormatException(file.path() + ": tensor " + tensor.name() + ": found type "
                        + tensor.type() + ", expected one of " + Dequantizer.SUPPORTED);
            }
        }
    }

    /** How many bytes a checkpoint has of each format. */
    public static Map<GgmlType, Long> bytes(Checkpoint file) {
        Map<GgmlType, Long> bytes = new TreeMap<>();
        file.tensors().forEach(tensor -> bytes.merge(tensor.type(), tensor.byteSize(), Long::sum));
        return bytes;
    }
}
