package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.gguf.QuantizedMatrix;
import org.ascend4j.internal.json.JsonValue;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;
import org.ascend4j.internal.safetensors.SafetensorsType;

/**
 * A folder with {@code config.json} and safetensors weights as a checkpoint: settings, names, row orders and norms are
 * those of the GGUF file that llama.cpp's converter would write of it. Nothing is converted ahead: bytes are put in order
 * as they are read. Any thread may read at the same time as others.
 */
public final class PretrainedFolder implements Checkpoint {
    private static final int MOST_DIMENSIONS = 4;

    /** Families whose GGUF files keep rotated pairs side by side. */
    static final Set<String> PAIRED = Set.of("llama", "smollm3");

    private static final int MOST_EXPERTS = 4096;

    private final Path path;
    private final FolderConfig config;
    private final SafetensorsFolder files;
    private final GgufMetadata metadata;
    private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
    private final Map<String, TensorForm> forms = new LinkedHashMap<>();
    private final Map<String, QuantizedMatrix> matrices = new HashMap<>();
    private final Map<String, List<QuantizedMatrix>> expertMatrices = new HashMap<>();
    private final Optional<QuantizationConfig> quantization;

    private PretrainedFolder(Path path, FolderConfig config, SafetensorsFolder files) {
        this.path = path;
        this.config = config;
        this.files = files;
        this.metadata = config.metadata(path);
        this.quantization = QuantizationConfig.read(path, config.quantizationSettings());
    }

    /**
     * Opens a folder; reads and checks its configuration and the headers of its weights.
     *
     * @throws ModelFormatException naming the file and the field or byte that is wrong
     */
    public static PretrainedFolder open(Path folder) {
        FolderConfig config = FolderConfig.read(folder);
        SafetensorsFolder files = SafetensorsFolder.open(folder);
        try {
            PretrainedFolder opened = new PretrainedFolder(folder, config, files);
            opened.translate();
            files = null;
            return opened;
        } finally {
            if (files != null) {
                files.close();
            }
        }
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public GgufMetadata metadata() {
        return metadata;
    }

    /** {@code config.json} as it is. */
    public JsonValue config() {
        return config.root();
    }

    /** How the weights were quantized, if they were, for people. */
    public Optional<String> quantization() {
        return quantization.map(QuantizationConfig::describe).or(config::quantization);
    }

    /** Whether they are not quantized, or in a way that is known. */
    public boolean knowsQuantization() {
        return quantization.isPresent() || config.quantization().isEmpty();
    }

    @Override
    public Collection<GgufTensor> tensors() {
        return Collections.unmodifiableCollection(tensors.values());
    }

    @Override
    public Optional<GgufTensor> tensor(String name) {
        return Optional.ofNullable(tensors.get(name));
    }

    @Override
    public Optional<QuantizedMatrix> quantized(String name) {
        return Optional.ofNullable(matrices.get(name));
    }

    @Override
    public List<QuantizedMatrix> quantizedExperts(String name) {
        return expertMatrices.getOrDefault(name, List.of());
    }

    @Override
    public void read(GgufTensor tensor, long offset, ByteBuffer destination) {
        if (tensors.get(tensor.name()) != tensor) {
            throw new IllegalArgumentException("tensor " + tensor.name() + " is not of " + path);
        }
        int length = destination.remaining();
        if (offset < 0 || length > tensor.byteSize() || offset > tensor.byteSize() - length) {
            throw new IndexOutOfBoundsException("tensor " + tensor.name() + ": bytes " + offset + " to "
                    + (offset + length) + " asked for, " + tensor.byteSize() + " present");
        }
        TensorForm form = forms.get(tensor.name());
        if (form == null) {
            throw new IllegalArgumentException("tensor " + tensor.name() + " is quantized: read it by rows");
        }
        form.read(offset, destination);
    }

    @Override
    public void close() {
        files.close();
    }

    private void translate() {
        TensorNames names = TensorNames.of(config.architecture());
        Map<String, TreeMap<Integer, SafetensorsTensor>> experts = new LinkedHashMap<>();
        boolean tied = config.tied();
        Set<String> taken = addQuantized(names, tied);
        for (String name : files.names()) {
            if (taken.contains(name)) {
                continue;
            }
            SafetensorsTensor tensor = files.tensor(name).orElseThrow();
            TensorNames.Place place = names.translate(name).orElse(null);
            if (place == null || tied && place.name().equals("output.weight")) {
                continue;
            }
            if (place.expert() < 0) {
                add(place.name(), tensor);
            } else {
                experts.computeIfAbsent(place.name(), key -> new TreeMap<>()).put(place.expert(), tensor);
            }
        }
        experts.forEach(this::stack);
        config.ropeFactors()
                .forEach((name, values) -> put(
                        new GgufTensor(name, GgmlType.F32, new long[] {values.length}, 0, 4L * values.length),
                        new TensorForm.Computed(values)));
    }

    /** @return names of the tensors that quantized matrices are made of */
    private Set<String> addQuantized(TensorNames names, boolean tied) {
        if (quantization.isEmpty()) {
            return Set.of();
        }
        QuantizedModules modules = QuantizedModules.find(files, quantization.get());
        Map<String, TreeMap<Integer, QuantizedMatrix>> experts = new LinkedHashMap<>();
        modules.matrices().forEach((module, matrix) -> {
            TensorNames.Place place = names.translate(module + ".weight").orElse(null);
            if (place == null || tied && place.name().equals("output.weight")) {
                return;
            }
            if (place.expert() < 0) {
                put(place.name(), inOrder(place.name(), module, matrix));
            } else {
                experts.computeIfAbsent(place.name(), key -> new TreeMap<>()).put(place.expert(), matrix);
            }
        });
        experts.forEach(this::stackQuantized);
        return modules.used();
    }

    private FolderMatrix inOrder(String name, String module, FolderMatrix matrix) {
        boolean query = name.endsWith("attn_q.weight");
        if (!PAIRED.contains(config.architecture()) || !query && !name.endsWith("attn_k.weight")) {
            return matrix;
        }
        int heads = query ? config.heads() : config.kvHeads();
        if (matrix.rows() % heads != 0 || matrix.rows() / heads % 2 != 0) {
            throw new ModelFormatException(path + ": " + module + ": found " + matrix.rows()
                    + " output features, expected a whole even number of them for each of " + heads + " heads");
        }
        return matrix.paired(matrix.rows() / heads);
    }

    private void put(String name, QuantizedMatrix matrix) {
        put(matrix(name, matrix, 1), null);
        matrices.put(name, matrix);
    }

    private static GgufTensor matrix(String name, QuantizedMatrix matrix, int count) {
        long[] shape = {matrix.columns(), matrix.rows(), count};
        GgmlType type = matrix.bits() == 8 ? GgmlType.I8 : GgmlType.I32;
        long bytes = Math.multiplyExact(matrix.byteSize(), (long) count);
        return new GgufTensor(name, type, count == 1 ? Arrays.copyOf(shape, 2) : shape, 0, bytes);
    }

    private void stackQuantized(String name, TreeMap<Integer, QuantizedMatrix> parts) {
        QuantizedMatrix first = parts.firstEntry().getValue();
        boolean complete = parts.firstKey() == 0 && parts.lastKey() == parts.size() - 1 && parts.size() <= MOST_EXPERTS;
        boolean alike = parts.values().stream()
                .allMatch(part -> part.rows() == first.rows() && part.columns() == first.columns());
        if (!complete || !alike) {
            throw new ModelFormatException(path + ": tensor " + name + ": found " + parts.size()
                    + " quantized experts up to number " + parts.lastKey() + ", expected all from 0 on, of one size");
        }
        GgufTensor stacked = matrix(name, first, parts.size());
        long[] shape = {first.columns(), first.rows(), parts.size()};
        put(new GgufTensor(name, stacked.type(), shape, 0, stacked.byteSize()), null);
        expertMatrices.put(name, List.copyOf(parts.values()));
    }

    private void add(String name, SafetensorsTensor tensor) {
        long[] shape = reversed(tensor);
        boolean query = name.endsWith("attn_q.weight") || name.endsWith("attn_q.bias");
        boolean key = name.endsWith("attn_k.weight") || name.endsWith("attn_k.bias");
        if (PAIRED.contains(config.architecture()) && (query || key)) {
            put(view(name, tensor, shape), pairedRows(tensor, query ? config.heads() : config.kvHeads()));
        } else if (config.architecture().startsWith("gemma") && name.endsWith("norm.weight")) {
            long bytes = Math.multiplyExact(tensor.byteSize() / (tensor.type().bits() / 8), (long) Float.BYTES);
            requireFloat(tensor);
            put(new GgufTensor(name, GgmlType.F32, shape, 0, bytes), new TensorForm.PlusOne(files, tensor));
        } else {
            put(view(name, tensor, shape), new TensorForm.Same(files, tensor));
        }
    }

    private TensorForm pairedRows(SafetensorsTensor tensor, int heads) {
        long[] shape = tensor.shape();
        long rows = shape[0];
        if (rows % heads != 0 || rows / heads % 2 != 0 || rows / heads > Integer.MAX_VALUE) {
            throw wrong(tensor, rows + " rows", "a whole even number of them for each of " + heads + " heads");
        }
        return new TensorForm.PairedRows(files, tensor, (int) (rows / heads), tensor.byteSize() / rows);
    }

    private void stack(String name, TreeMap<Integer, SafetensorsTensor> parts) {
        SafetensorsTensor first = parts.firstEntry().getValue();
        long[] shape = reversed(first);
        boolean complete = parts.firstKey() == 0 && parts.lastKey() == parts.size() - 1 && parts.size() <= MOST_EXPERTS;
        if (!complete || shape.length >= MOST_DIMENSIONS) {
            throw wrong(first, parts.size() + " experts up to number " + parts.lastKey(), "all from 0 on");
        }
        for (SafetensorsTensor part : parts.values()) {
            if (part.type() != first.type() || !Arrays.equals(part.shape(), first.shape())) {
                throw wrong(part, part.toString(), "the type and shape of " + first);
            }
        }
        long[] stacked = Arrays.copyOf(shape, shape.length + 1);
        stacked[shape.length] = parts.size();
        long bytes = Math.multiplyExact(first.byteSize(), (long) parts.size());
        put(
                new GgufTensor(name, type(first), stacked, 0, bytes),
                new TensorForm.Stacked(files, parts.values().stream().toList()));
    }

    private void put(GgufTensor tensor, TensorForm form) {
        if (tensors.put(tensor.name(), tensor) != null) {
            throw new ModelFormatException(
                    path + ": tensor " + tensor.name() + ": found two tensors with this place, expected one");
        }
        forms.put(tensor.name(), form);
    }

    private GgufTensor view(String name, SafetensorsTensor tensor, long[] shape) {
        return new GgufTensor(name, type(tensor), shape, 0, tensor.byteSize());
    }

    /** GGUF's order of dimensions: the fastest first. */
    private long[] reversed(SafetensorsTensor tensor) {
        long[] shape = tensor.shape();
        if (shape.length > MOST_DIMENSIONS || Arrays.stream(shape).anyMatch(size -> size == 0)) {
            throw wrong(tensor, tensor.toString(), "at most " + MOST_DIMENSIONS + " dimensions, none empty");
        }
        if (shape.length == 0) {
            return new long[] {1};
        }
        long[] reversed = new long[shape.length];
        for (int d = 0; d < shape.length; d++) {
            reversed[d] = shape[shape.length - 1 - d];
        }
        return reversed;
    }

    private void requireFloat(SafetensorsTensor tensor) {
        SafetensorsType type = tensor.type();
        if (type != SafetensorsType.F32 && type != SafetensorsType.F16 && type != SafetensorsType.BF16) {
            throw wrong(tensor, "type " + type, "F32, F16 or BF16");
        }
    }

    private GgmlType type(SafetensorsTensor tensor) {
        return switch (tensor.type()) {
            case F32 -> GgmlType.F32;
            case F16 -> GgmlType.F16;
            case BF16 -> GgmlType.BF16;
            case F64 -> GgmlType.F64;
            case I8, U8, BOOL -> GgmlType.I8;
            case I16, U16 -> GgmlType.I16;
            case I32, U32 -> GgmlType.I32;
            case I64, U64 -> GgmlType.I64;
            default ->
                throw wrong(tensor, "type " + tensor.type(), "a type that is supported: F32, F16, BF16 or integers");
        };
    }

    private ModelFormatException wrong(SafetensorsTensor tensor, String found, String expected) {
        return new ModelFormatException(
                path + ": tensor " + tensor.name() + ": found " + found + ", expected " + expected);
    }

    @Override
    public String toString() {
        return path + " (" + config.architecture() + ", " + tensors.size() + " tensors)";
    }
}
