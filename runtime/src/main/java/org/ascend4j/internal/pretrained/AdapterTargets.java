package org.ascend4j.internal.pretrained;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufTensor;

/**
 * The projections of a model that an adapter may change, by GGUF's names without what follows the module's.
 *
 * @param architecture by GGUF's name
 * @param headSize features of a head, for the order of rotated rows
 * @param shapes of each name, such as {@code blk.0.attn_q}
 */
public record AdapterTargets(String architecture, int layers, int headSize, Map<String, Shape> shapes) {
    /** A projection's features. */
    public record Shape(int in, int out) {}

    /** Which of these modules of a layer a checkpoint has, whatever form their weights have. */
    public static AdapterTargets of(
            Checkpoint file, String architecture, int layers, int headSize, Map<String, Shape> modules) {
        Set<String> present = new TreeSet<>();
        for (GgufTensor tensor : file.tensors()) {
            String name = tensor.name();
            present.add(name.substring(0, Math.max(0, name.lastIndexOf('.'))));
        }
        Map<String, Shape> shapes = new TreeMap<>();
        for (int layer = 0; layer < layers; layer++) {
            for (Map.Entry<String, Shape> module : modules.entrySet()) {
                String name = "blk." + layer + "." + module.getKey();
                if (present.contains(name)) {
                    shapes.put(name, module.getValue());
                }
            }
        }
        return new AdapterTargets(architecture, layers, headSize, Map.copyOf(shapes));
    }
}
