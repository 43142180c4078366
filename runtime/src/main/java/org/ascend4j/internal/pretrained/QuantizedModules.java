package org.ascend4j.internal.pretrained;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ascend4j.internal.gguf.QuantizedMatrix.Activations;
import org.ascend4j.internal.gguf.QuantizedMatrix.FixedInput;
import org.ascend4j.internal.pretrained.QuantizationConfig.Layout;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;
import org.ascend4j.internal.safetensors.SafetensorsType;

/** Finds the quantized projections of a folder by the names of their parts, and checks that the parts fit each other. */
final class QuantizedModules {
    private static final Map<Layout, List<String>> PARTS = Map.of(
            Layout.AWQ, List.of("qweight", "qzeros", "scales"),
            Layout.GPTQ, List.of("qweight", "qzeros", "scales", "g_idx"),
            Layout.PACKED,
                    List.of(
                            "weight_packed",
                            "weight_scale",
                            "weight_zero_point",
                            "weight_shape",
                            "weight_g_idx",
                            "input_scale",
                            "input_zero_point"),
            Layout.BYTES, List.of("weight", "weight_scale", "weight_zero_point", "input_scale", "input_zero_point"),
            Layout.MODELSLIM,
                    List.of(
                            "weight",
                            "weight_scale",
                            "weight_offset",
                            "quant_bias",
                            "deq_scale",
                            "input_scale",
                            "input_offset"));

    private static final SafetensorsType[] FLOATS = {SafetensorsType.F16, SafetensorsType.BF16, SafetensorsType.F32};

    private final SafetensorsFolder files;
    private final QuantizationConfig config;
    private final Map<String, FolderMatrix> matrices = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();

    private QuantizedModules(SafetensorsFolder files, QuantizationConfig config) {
        this.files = files;
        this.config = config;
    }

    static QuantizedModules find(SafetensorsFolder files, QuantizationConfig config) {
        QuantizedModules found = new QuantizedModules(files, config);
        String main = "." + PARTS.get(config.layout()).get(0);
        for (String name : files.names()) {
            if (name.endsWith(main) && found.isQuantized(files.tensor(name).orElseThrow())) {
                found.add(name.substring(0, name.length() - main.length()));
            }
        }
        return found;
    }

    private boolean isQuantized(SafetensorsTensor main) {
        return switch (config.layout()) {
            case AWQ, GPTQ, PACKED -> true;
            case BYTES -> main.type() == SafetensorsType.I8;
            case MODELSLIM -> config.modelSlimScheme(main.name()).isPresent();
        };
    }

    /** The matrices by the names of their modules in the files. */
    Map<String, FolderMatrix> matrices() {
        return matrices;
    }

    /** Names of the tensors that matrices are made of. */
    Set<String> used() {
        return used;
    }

    private void add(String module) {
        ModuleParts parts = new ModuleParts(files, module, PARTS.get(config.layout()));
        FolderMatrix matrix = switch (config.layout()) {
            case AWQ -> awq(parts);
            case GPTQ -> gptq(parts);
            case PACKED -> packed(parts);
            case BYTES -> bytes(parts);
            case MODELSLIM ->
                ModelSlimParts.matrix(
                        parts, config.modelSlimScheme(module + ".weight").orElseThrow());
        };
        matrices.put(module, matrix);
        parts.tensors().forEach(tensor -> used.add(tensor.name()));
    }

    private int groupSize(int columns) {
        return config.groupSize() == 0 ? columns : Math.min(columns, config.groupSize());
    }

    private int groups(int columns) {
        int size = groupSize(columns);
        return columns / size + (columns % size == 0 ? 0 : 1);
    }

    private FolderMatrix weightOnly(
            ModuleParts parts, int rows, int columns, StoredQuants quants, StoredTable scales, StoredTable offsets) {
        return matrix(parts, rows, columns, quants, scales, offsets, Activations.FLOAT, null, null, null);
    }

    private FolderMatrix matrix(
            ModuleParts parts,
            int rows,
            int columns,
            StoredQuants quants,
            StoredTable scales,
            StoredTable offsets,
            Activations activations,
            FixedInput input,
            FolderMatrix.IntegerBias bias,
            int[] channels) {
        parts.evenColumns(columns);
        return new FolderMatrix(
                rows,
                columns,
                config.bits(),
                groupSize(columns),
                quants,
                scales,
                offsets,
                activations,
                input,
                bias,
                channels,
                0,
                parts.byteSize());
    }

    private FolderMatrix awq(ModuleParts parts) {
        SafetensorsTensor words = parts.need("qweight", SafetensorsType.I32);
        int[] sizes = parts.sizes(words, 1, StoredQuants.Awq.PER_WORD);
        int columns = sizes[0];
        int rows = sizes[1];
        int groups = groups(columns);
        SafetensorsTensor scales = parts.need("scales", new long[] {groups, rows}, FLOATS);
        StoredTable offsets = null;
        if (!config.symmetric()) {
            long[] shape = {groups, rows / StoredQuants.Awq.PER_WORD};
            SafetensorsTensor zeros = parts.need("qzeros", shape, SafetensorsType.I32);
            offsets = new StoredTable.Offsets(
                    new StoredTable.PackedLines(files, zeros, rows, groups, 4, StoredQuants.Awq.ORDER), 8, null);
        }
        return weightOnly(
                parts,
                rows,
                columns,
                new StoredQuants.Awq(files, words, rows, columns),
                new StoredTable.Lines(files, scales, rows, groups),
                offsets);
    }

    private FolderMatrix gptq(ModuleParts parts) {
        int perWord = Integer.SIZE / config.bits();
        SafetensorsTensor words = parts.need("qweight", SafetensorsType.I32);
        int[] sizes = parts.sizes(words, perWord, 1);
        int columns = sizes[0];
        int rows = sizes[1];
        if (rows % perWord != 0) {
            throw parts.wrong(words, rows + " output features", "a multiple of " + perWord);
        }
        int groups = groups(columns);
        SafetensorsTensor scales = parts.need("scales", new long[] {groups, rows}, FLOATS);
        SafetensorsTensor zeros = parts.need("qzeros", new long[] {groups, rows / perWord}, SafetensorsType.I32);
        float base = (1 << config.bits() - 1) - config.zeroShift();
        StoredTable offsets = new StoredTable.Offsets(
                new StoredTable.PackedLines(files, zeros, rows, groups, config.bits(), null),
                base,
                config.symmetric() ? files.path() + ": tensor " + zeros.name() : null);
        StoredTable scale = new StoredTable.Lines(files, scales, rows, groups);
        return matrix(
                parts,
                rows,
                columns,
                new StoredQuants.Gptq(files, words, rows, columns, config.bits()),
                config.symmetric() ? new StoredTable.Checked(scale, offsets) : scale,
                config.symmetric() ? null : offsets,
                Activations.FLOAT,
                null,
                null,
                order(parts, "g_idx", columns, groups));
    }

    /** The columns by their groups, in order within one; null if they stand so already. */
    private int[] order(ModuleParts parts, String part, int columns, int groups) {
        if (!parts.has(part)) {
            return null;
        }
        SafetensorsTensor index = parts.need(part, new long[] {columns}, SafetensorsType.I32);
        return ChannelOrder.of(files, index, groupSize(columns), groups);
    }

    private FolderMatrix packed(ModuleParts parts) {
        SafetensorsTensor words = parts.need("weight_packed", SafetensorsType.I32);
        int[] sizes = parts.sizes(words, 1, 1);
        int rows = sizes[0];
        int columns = declaredColumns(parts, words, rows);
        int perWord = Integer.SIZE / config.bits();
        StoredTable scales = rowScales(parts, rows, groups(columns));
        StoredTable offsets = null;
        if (!config.symmetric()) {
            long[] shape = {(rows + perWord - 1) / perWord, groups(columns)};
            SafetensorsTensor zeros = parts.need("weight_zero_point", shape, SafetensorsType.I32);
            offsets = new StoredTable.Offsets(
                    new StoredTable.PackedRows(files, zeros, groups(columns), config.bits()),
                    1 << config.bits() - 1,
                    null);
        }
        StoredQuants quants = new StoredQuants.PackedRows(files, words, columns, config.bits(), sizes[1]);
        int[] channels = order(parts, "weight_g_idx", columns, groups(columns));
        FixedInput input = input(parts);
        return matrix(
                parts,
                rows,
                columns,
                quants,
                scales,
                offsets,
                config.activations(),
                input,
                zeroTimesSums(input, columns),
                channels);
    }

    private int declaredColumns(ModuleParts parts, SafetensorsTensor words, int rows) {
        SafetensorsTensor shape = parts.need("weight_shape", new long[] {2}, SafetensorsType.I64, SafetensorsType.I32);
        int width = shape.type().bits() / 8;
        var bytes = StoredQuants.bytes(files, shape, 0, 2 * width);
        long declaredRows = width == 8 ? bytes.getLong(0) : bytes.getInt(0);
        long columns = width == 8 ? bytes.getLong(8) : bytes.getInt(4);
        long perWord = Integer.SIZE / config.bits();
        long stored = words.shape()[1];
        boolean fits = declaredRows == rows && columns > (stored - 1) * perWord && columns <= stored * perWord;
        if (!fits || columns > Integer.MAX_VALUE) {
            throw parts.wrong(shape, declaredRows + " by " + columns, "the sizes of " + words);
        }
        return (int) columns;
    }

    private StoredTable rowScales(ModuleParts parts, int rows, int groups) {
        SafetensorsTensor scales = parts.need("weight_scale", FLOATS);
        long[] shape = scales.shape();
        boolean single = Arrays.equals(shape, new long[] {1}) || shape.length == 0;
        boolean vector = groups == 1 && Arrays.equals(shape, new long[] {rows});
        if (!(single && groups == 1) && !vector && !Arrays.equals(shape, new long[] {rows, groups})) {
            throw parts.wrong(
                    scales,
                    "shape " + Arrays.toString(shape),
                    Arrays.toString(new long[] {rows, groups}) + " by the sizes of the weight and its groups");
        }
        return new StoredTable.Numbers(files, scales, groups, single && rows > 1);
    }

    private FolderMatrix bytes(ModuleParts parts) {
        SafetensorsTensor weight = parts.need("weight", SafetensorsType.I8);
        int[] sizes = parts.sizes(weight, 1, 1);
        StoredTable scales = rowScales(parts, sizes[0], groups(sizes[1]));
        StoredTable offsets = null;
        if (!config.symmetric()) {
            long[] shape = {sizes[0], groups(sizes[1])};
            SafetensorsTensor zeros = parts.need("weight_zero_point", shape, SafetensorsType.I8, SafetensorsType.I32);
            offsets = new StoredTable.Offsets(new StoredTable.Numbers(files, zeros, groups(sizes[1]), false), 0, null);
        }
        FixedInput input = input(parts);
        return matrix(
                parts,
                sizes[0],
                sizes[1],
                new StoredQuants.Bytes(files, weight, sizes[1]),
                scales,
                offsets,
                config.activations(),
                input,
                zeroTimesSums(input, sizes[1]),
                null);
    }

    private FixedInput input(ModuleParts parts) {
        if (config.activations() != Activations.FIXED) {
            return null;
        }
        float scale = parts.inputScale("input_scale");
        int zero = parts.inputOffset("input_zero_point", false, SafetensorsType.I8, SafetensorsType.I32);
        return new FixedInput(scale, zero, false);
    }

    /** An input's zero point meets each weight once: it is taken off again. */
    private static FolderMatrix.IntegerBias zeroTimesSums(FixedInput input, int columns) {
        if (input == null || input.offset() == 0) {
            return null;
        }
        return (first, count, quants, bias) -> {
            for (int row = 0; row < count; row++) {
                int sum = 0;
                for (int column = 0; column < columns; column++) {
                    sum += quants[row * columns + column];
                }
                bias[row] = -input.offset() * sum;
            }
        };
    }
}
