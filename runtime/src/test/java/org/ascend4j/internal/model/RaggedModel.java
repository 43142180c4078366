package org.ascend4j.internal.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.batch.AdapterRows;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.pretrained.PretrainedFolder;
import org.ascend4j.internal.weight.AdapterWeights;
import org.ascend4j.internal.weight.LoadRounding;

/** A model on the host device with several sequences of different lengths, driven step by step on the test's thread. */
final class RaggedModel implements AutoCloseable {
    /** Small, so that short sequences span several blocks. */
    private static final int BLOCK = 16;

    private final Model model;
    private final AdapterTargets base;
    private final DataType type;
    private final int blocksEach;
    private final int[] cached;
    private int[] adapters = {};

    private RaggedModel(Model model, AdapterTargets base, DataType type, int sequences, int context) {
        this.model = model;
        this.base = base;
        this.type = type;
        this.blocksEach = (context + BLOCK - 1) / BLOCK;
        this.cached = new int[sequences];
    }

    /** @param path a GGUF file or a folder of safetensors */
    static RaggedModel open(Path path, DataType type, boolean fast, int sequences, int context) {
        return open(path, type, fast, LoadRounding.NONE, sequences, context);
    }

    /** The same with weights that are rounded on load. */
    static RaggedModel open(Path path, DataType type, boolean fast, LoadRounding rounding, int sequences, int context) {
        return open(new DevicePlan(true, 0, List.of()), path, type, fast, rounding, sequences, context);
    }

    /** The same with keys and values cached in another type. */
    static RaggedModel cachedIn(DataType cached, Path path, DataType type, int sequences, int context) {
        DevicePlan device = new DevicePlan(true, 0, List.of());
        return open(device, path, type, true, LoadRounding.NONE, sequences, context, cached);
    }

    static RaggedModel open(
            DevicePlan device,
            Path path,
            DataType type,
            boolean fast,
            LoadRounding rounding,
            int sequences,
            int context) {
        return open(device, path, type, fast, rounding, sequences, context, type);
    }

    private static RaggedModel open(
            DevicePlan device,
            Path path,
            DataType type,
            boolean fast,
            LoadRounding rounding,
            int sequences,
            int context,
            DataType cached) {
        try (Checkpoint file = Files.isDirectory(path) ? PretrainedFolder.open(path) : GgufFile.open(path)) {
            int tokens = sequences * (context + BLOCK);
            LoadSettings settings =
                    new LoadSettings(type, fast, 2, sequences, 512, context, BLOCK, tokens, rounding, cached);
            Model model = ModelRegistry.open(
                    file,
                    ModelRegistry.plan(file),
                    () -> DeviceSession.open(device, 0, Duration.ofSeconds(120)),
                    settings,
                    loaded -> {});
            return new RaggedModel(model, ModelRegistry.adapterTargets(file, model.config()), type, sequences, context);
        }
    }

    ModelConfig config() {
        return model.config();
    }

    /** Loads an adapter. */
    void load(int id, Path folder) {
        model.loadAdapter(id, AdapterWeights.read(folder, base, type, 64));
    }

    void unload(int id) {
        model.unloadAdapter(id);
    }

    /** Which adapter each sequence has from now on; 0 for none, which is also for those that are left out. */
    void use(int... ids) {
        adapters = ids;
    }

    /** Forgets all sequences, and which adapters they have. */
    void restart(int... ids) {
        restart();
        use(ids);
    }

    /** Forgets all sequences. */
    void restart() {
        Arrays.fill(cached, 0);
    }

    /**
     * One step of all sequences: single tokens as decodes, more as prefills, an empty array leaves a sequence out.
     *
     * @return for each sequence the logits of its tokens
     */
    List<List<float[]>> step(int[]... tokens) {
        int[] order = IntStream.concat(
                        IntStream.range(0, tokens.length).filter(i -> tokens[i].length == 1),
                        IntStream.range(0, tokens.length).filter(i -> tokens[i].length > 1))
                .toArray();
        StepInputs inputs = inputs(order, tokens);
        Logits logits = model.forward(inputs);
        List<List<float[]>> answers = new ArrayList<>();
        for (int[] ignored : tokens) {
            answers.add(new ArrayList<>());
        }
        int row = 0;
        for (int sequence : order) {
            cached[sequence] += tokens[sequence].length;
            for (int i = 0; i < tokens[sequence].length; i++) {
                answers.get(sequence).add(logits.row(row++));
            }
        }
        return answers;
    }

    private StepInputs inputs(int[] order, int[][] tokens) {
        int total = Arrays.stream(tokens).mapToInt(part -> part.length).sum();
        int decodes =
                (int) Arrays.stream(tokens).filter(part -> part.length == 1).count();
        int[] ids = new int[total];
        long[] positions = new long[total];
        int[] slots = new int[total];
        int[] decodeTables = new int[decodes * blocksEach];
        long[] decodeLengths = new long[decodes];
        List<StepInputs.Prefill> prefills = new ArrayList<>();
        AdapterRows.Builder adapted = new AdapterRows.Builder();
        int row = 0;
        for (int sequence : order) {
            int[] part = tokens[sequence];
            adapted.add(sequence < adapters.length ? adapters[sequence] : 0, row, part.length);
            int length = cached[sequence] + part.length;
            int[] table = IntStream.range(0, blocksEach)
                    .map(block -> 1 + sequence * blocksEach + block)
                    .toArray();
            if (part.length == 1) {
                System.arraycopy(table, 0, decodeTables, row * blocksEach, blocksEach);
                decodeLengths[row] = length;
            } else {
                int[] needed = Arrays.copyOf(table, (length + BLOCK - 1) / BLOCK);
                prefills.add(new StepInputs.Prefill(row, part.length, length, needed));
            }
            for (int i = 0; i < part.length; i++, row++) {
                int position = cached[sequence] + i;
                ids[row] = part[i];
                positions[row] = position;
                slots[row] = table[position / BLOCK] * BLOCK + position % BLOCK;
            }
        }
        int[] sampled = IntStream.range(0, total).toArray();
        StepInputs inputs = new StepInputs(
                ids, positions, slots, decodeTables, decodes == 0 ? 0 : blocksEach, decodeLengths, prefills, sampled);
        return inputs.withAdapters(adapted.build());
    }

    @Override
    public void close() {
        model.close();
    }
}
