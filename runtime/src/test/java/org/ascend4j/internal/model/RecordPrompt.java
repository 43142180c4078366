package org.ascend4j.internal.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.weight.LoadRounding;

/** Runs one prompt and two decode steps in a JVM of its own, on the libraries of a given directory. */
final class RecordPrompt {
    private RecordPrompt() {}

    /**
     * Arguments: directory of the libraries, model file, data type, whether fast, and an adapter's folder, {@code int8-cache}
     * or nothing.
     */
    public static void main(String[] arguments) {
        DevicePlan device = new DevicePlan(false, 0, List.of(Path.of(arguments[0])));
        boolean int8Cache = arguments.length > 4 && arguments[4].equals("int8-cache");
        if (arguments.length > 4 && !int8Cache) {
            adapted(device, Path.of(arguments[1]), DataType.valueOf(arguments[2]), Path.of(arguments[4]));
            return;
        }
        try (LoadedModel model = LoadedModel.open(
                device,
                Path.of(arguments[1]),
                DataType.valueOf(arguments[2]),
                Boolean.parseBoolean(arguments[3]),
                256,
                int8Cache ? DataType.INT8 : DataType.valueOf(arguments[2]))) {
            int[] prompt = new int[17];
            for (int i = 0; i < prompt.length; i++) {
                prompt[i] = 5 + 3 * i;
            }
            model.greedy(prompt, 3, Set.of());
        }
    }

    /** Steps of which all rows have the adapter, and some. */
    private static void adapted(DevicePlan device, Path path, DataType type, Path adapter) {
        try (RaggedModel model = RaggedModel.open(device, path, type, true, LoadRounding.NONE, 2, 64)) {
            model.load(1, adapter);
            model.use(1, 0);
            model.step(new int[] {5, 6, 7}, new int[] {8, 9});
            model.step(new int[] {10}, new int[] {11});
            model.use(1, 1);
            model.step(new int[] {12}, new int[] {13});
        }
    }
}
