package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import org.ascend4j.internal.gguf.QuantizedMatrix.Activations;
import org.ascend4j.internal.gguf.QuantizedMatrix.FixedInput;
import org.ascend4j.internal.safetensors.SafetensorsTensor;
import org.ascend4j.internal.safetensors.SafetensorsType;

/**
 * Projections as ModelSlim writes them: bytes with a scale for each row. With fixed inputs the file has the scale of
 * products instead, and an integer bias into which the projection's own bias and the inputs' zero point have gone.
 */
final class ModelSlimParts {
    private ModelSlimParts() {}

    static FolderMatrix matrix(ModuleParts parts, Activations activations) {
        SafetensorsTensor weight = parts.need("weight", SafetensorsType.I8);
        int[] sizes = parts.sizes(weight, 1, 1);
        int rows = sizes[0];
        int columns = parts.evenColumns(sizes[1]);
        StoredQuants quants = new StoredQuants.Bytes(parts.files(), weight, columns);
        if (activations == Activations.FIXED) {
            return fixed(parts, rows, columns, quants);
        }
        StoredTable scales = column(parts, "weight_scale", rows);
        StoredTable offsets = parts.has("weight_offset") ? column(parts, "weight_offset", rows) : null;
        if (activations == Activations.PER_TOKEN && offsets != null) {
            String name = parts.files().path() + ": tensor "
                    + parts.need("weight_offset", ModuleParts.FLOATS).name();
            scales = new StoredTable.Checked(scales, new StoredTable.Offsets(offsets, 0, name));
            offsets = null;
        }
        return new FolderMatrix(
                rows, columns, 8, columns, quants, scales, offsets, activations, null, null, null, 0, parts.byteSize());
    }

    private static StoredTable column(ModuleParts parts, String part, int rows) {
        return new StoredTable.Numbers(parts.files(), parts.needRows(part, rows, ModuleParts.FLOATS), 1, false);
    }

    private static FolderMatrix fixed(ModuleParts parts, int rows, int columns, StoredQuants quants) {
        SafetensorsTensor factors = parts.needRows("deq_scale", rows, SafetensorsType.F32, SafetensorsType.I64);
        SafetensorsTensor bias = parts.needRows("quant_bias", rows, SafetensorsType.I32);
        float scale = parts.inputScale("input_scale");
        int offset = parts.inputOffset(
                "input_offset",
                true,
                SafetensorsType.I8,
                SafetensorsType.F16,
                SafetensorsType.BF16,
                SafetensorsType.F32,
                SafetensorsType.I32);
        FolderMatrix.IntegerBias added = (first, count, ignored, values) -> {
            ByteBuffer source =
                    StoredQuants.bytes(parts.files(), bias, (long) first * Integer.BYTES, count * Integer.BYTES);
            source.asIntBuffer().get(values, 0, count);
        };
        return new FolderMatrix(
                rows,
                columns,
                8,
                columns,
                quants,
                productScales(parts, factors, scale),
                null,
                Activations.FIXED,
                new FixedInput(scale, offset, true),
                added,
                null,
                0,
                parts.byteSize());
    }

    /** A weight's scale is that of its products over that of the inputs. In 64 bits, the low ones are a float32. */
    private static StoredTable productScales(ModuleParts parts, SafetensorsTensor factors, float inputScale) {
        int width = factors.type().bits() / 8;
        return (first, count, values) -> {
            ByteBuffer source =
                    StoredQuants.bytes(parts.files(), factors, (long) first * width, Math.multiplyExact(count, width));
            for (int row = 0; row < count; row++) {
                values[row] = source.getFloat(row * width) / inputScale;
            }
        };
    }
}
