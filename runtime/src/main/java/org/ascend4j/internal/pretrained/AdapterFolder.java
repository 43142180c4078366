package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.safetensors.SafetensorsFile;
import org.ascend4j.internal.safetensors.SafetensorsTensor;
import org.ascend4j.internal.safetensors.SafetensorsType;

/**
 * A folder with a LoRA adapter as PEFT saves it: {@code adapter_config.json} and {@code adapter_model.safetensors}. Opening
 * checks both against the model: every tensor has a place, every pair is whole, every size is the model's.
 */
public final class AdapterFolder implements AutoCloseable {
    private static final String FILE = "adapter_model.safetensors";
    private static final String PREFIX = "base_model.model.";
    private static final String A = ".lora_A.weight";
    private static final String B = ".lora_B.weight";
    private static final Set<SafetensorsType> TYPES =
            Set.of(SafetensorsType.F32, SafetensorsType.F16, SafetensorsType.BF16);

    /**
     * The two factors for a projection.
     *
     * @param name the projection's, by GGUF
     * @param a (rank, in)
     * @param b (out, rank)
     * @param headSize rows of B come in the order of transformers, in heads of this size; 0 if the model has the same order
     */
    public record Pair(
            String name, AdapterTargets.Shape shape, SafetensorsTensor a, SafetensorsTensor b, int headSize) {}

    private final Path folder;
    private final AdapterConfig config;
    private final SafetensorsFile file;
    private final List<Pair> pairs = new ArrayList<>();

    private AdapterFolder(Path folder, AdapterConfig config, SafetensorsFile file) {
        this.folder = folder;
        this.config = config;
        this.file = file;
    }

    /**
     * Opens an adapter for a model.
     *
     * @throws ModelFormatException naming the file and the field or tensor that is wrong
     */
    public static AdapterFolder open(Path folder, AdapterTargets base) {
        AdapterConfig config = AdapterConfig.read(folder);
        SafetensorsFile file = SafetensorsFile.open(folder.resolve(FILE));
        try {
            AdapterFolder opened = new AdapterFolder(folder, config, file);
            opened.match(base);
            file = null;
            return opened;
        } finally {
            if (file != null) {
                file.close();
            }
        }
    }

    /** r of every pair. */
    public int rank() {
        return config.rank();
    }

    /** An error if the rank is beyond what the model was opened for. */
    public void requireRank(int most) {
        if (config.rank() > most) {
            throw AdapterConfig.wrong(
                    folder,
                    "r",
                    config.rank(),
                    "at most " + most + ", the max-lora-rank that the model was opened with");
        }
    }

    /** What the product of a pair is multiplied with. */
    public double scale() {
        return config.scale();
    }

    /** In the order of their names. */
    public List<Pair> pairs() {
        return pairs;
    }

    /** Fills a buffer with little-endian bytes of a tensor from {@code offset} on. */
    public void read(SafetensorsTensor tensor, long offset, ByteBuffer target) {
        file.read(tensor, offset, target.order(ByteOrder.LITTLE_ENDIAN));
    }

    /** An error about a tensor. */
    public ModelFormatException wrong(SafetensorsTensor tensor, String found, String expected) {
        return wrong(tensor.name(), found, expected);
    }

    private ModelFormatException wrong(String tensor, String found, String expected) {
        return new ModelFormatException(
                folder.resolve(FILE) + ": tensor " + tensor + ": found " + found + ", expected " + expected);
    }

    @Override
    public void close() {
        file.close();
    }

    private void match(AdapterTargets base) {
        TensorNames names = TensorNames.of(base.architecture());
        Map<String, SafetensorsTensor> left = new TreeMap<>();
        Map<String, SafetensorsTensor> right = new TreeMap<>();
        for (SafetensorsTensor tensor : file.tensors()) {
            String module = module(tensor);
            String place = place(names, module);
            if (!base.shapes().containsKey(place)) {
                throw wrong(
                        tensor,
                        "module " + module,
                        "a projection of this model, one of " + modules(base) + " of " + base.layers() + " layers");
            }
            requireTarget(tensor, module);
            Map<String, SafetensorsTensor> side = tensor.name().endsWith(A) ? left : right;
            if (side.put(place, tensor) != null) {
                throw wrong(tensor, "a second tensor for " + place, "one");
            }
        }
        pair(base, left, right);
        if (pairs.isEmpty()) {
            throw wrong("*" + A, "none", "at least one pair of them");
        }
        requireComplete(names, base, left);
    }

    /** The module that a tensor belongs to, as transformers names it. */
    private String module(SafetensorsTensor tensor) {
        String name = tensor.name();
        boolean known = name.startsWith(PREFIX) && (name.endsWith(A) || name.endsWith(B));
        if (!known) {
            throw wrong(
                    tensor,
                    "a tensor of a kind that is not supported",
                    PREFIX + "….lora_A.weight and .lora_B.weight only; biases, saved modules, embeddings and magnitudes"
                            + " have no place here");
        }
        return name.substring(PREFIX.length(), name.length() - A.length());
    }

    private static String place(TensorNames names, String module) {
        String place =
                names.translate(module + ".weight").map(TensorNames.Place::name).orElse(module);
        return place.endsWith(".weight") ? place.substring(0, place.length() - ".weight".length()) : place;
    }

    private static Set<String> modules(AdapterTargets base) {
        Set<String> modules = new TreeSet<>();
        base.shapes().keySet().forEach(name -> modules.add(name.substring(name.lastIndexOf('.') + 1)));
        return modules;
    }

    private void requireTarget(SafetensorsTensor tensor, String module) {
        boolean listed = config.targets().isEmpty()
                || config.targets().stream().anyMatch(target -> module.equals(target) || module.endsWith("." + target));
        if (!listed) {
            throw wrong(tensor, "module " + module, "one of target_modules, " + config.targets());
        }
    }

    private void pair(AdapterTargets base, Map<String, SafetensorsTensor> left, Map<String, SafetensorsTensor> right) {
        boolean paired = PretrainedFolder.PAIRED.contains(base.architecture());
        for (Map.Entry<String, SafetensorsTensor> entry : left.entrySet()) {
            String name = entry.getKey();
            SafetensorsTensor a = entry.getValue();
            SafetensorsTensor b = right.remove(name);
            if (b == null) {
                throw wrong(a, "no " + B.substring(1) + " beside it", "both");
            }
            AdapterTargets.Shape shape = base.shapes().get(name);
            requireShape(a, config.rank(), shape.in());
            requireShape(b, shape.out(), config.rank());
            boolean rotated = name.endsWith("attn_q") || name.endsWith("attn_k");
            pairs.add(new Pair(name, shape, a, b, paired && rotated ? base.headSize() : 0));
        }
        for (SafetensorsTensor alone : right.values()) {
            throw wrong(alone, "no " + A.substring(1) + " beside it", "both");
        }
    }

    private void requireShape(SafetensorsTensor tensor, long rows, long columns) {
        long[] shape = tensor.shape();
        if (shape.length != 2 || shape[0] != rows || shape[1] != columns) {
            throw wrong(
                    tensor,
                    "shape " + Arrays.toString(shape),
                    "[" + rows + ", " + columns + "] by r and the model's sizes");
        }
        if (!TYPES.contains(tensor.type())) {
            throw wrong(tensor, "type " + tensor.type(), "F32, F16 or BF16");
        }
    }

    /** A pair that was lost on the way would change answers as silently as a wrong one. */
    private void requireComplete(TensorNames names, AdapterTargets base, Map<String, SafetensorsTensor> found) {
        for (String target : config.targets()) {
            boolean bare = target.indexOf('.') < 0;
            boolean any = false;
            for (int layer = 0; layer < base.layers(); layer++) {
                boolean wanted = config.layers().isEmpty() || config.layers().contains(layer);
                for (String part : new String[] {"self_attn.", "mlp.", ""}) {
                    String name = place(names, bare ? "model.layers." + layer + "." + part + target : target);
                    if (!base.shapes().containsKey(name)) {
                        continue;
                    }
                    any = true;
                    if (bare && wanted && config.complete() && !found.containsKey(name)) {
                        throw wrong(name + A, "none, though target_modules has " + target, "a pair for every layer");
                    }
                }
            }
            if (bare && !any) {
                throw AdapterConfig.wrong(
                        folder, "target_modules", target, "projections of this model, of " + modules(base));
            }
        }
    }
}
