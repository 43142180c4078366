package org.ascend4j.internal.model;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.batch.StepInputs;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.pretrained.PretrainedFolder;

/**
 * A model on the host device, driven by hand on the test's thread: token ids in, logits out, one sequence in the first
 * blocks of the cache.
 */
public final class LoadedModel implements AutoCloseable {
    private static final int BLOCK = 128;

    private final Model model;
    private int cached;

    private LoadedModel(Model model) {
        this.model = model;
    }

    public static LoadedModel open(Path path, DataType type, boolean fast, int context) {
        return open(new DevicePlan(true, 0, List.of()), path, type, fast, context);
    }

    static LoadedModel open(DevicePlan device, Path path, DataType type, boolean fast, int context) {
        return open(device, path, type, fast, context, type);
    }

    /** @param cached type of keys and values */
    static LoadedModel open(Path path, DataType type, boolean fast, int context, DataType cached) {
        return open(new DevicePlan(true, 0, List.of()), path, type, fast, context, cached);
    }

    static LoadedModel open(DevicePlan device, Path path, DataType type, boolean fast, int context, DataType cached) {
        try (Checkpoint file = Files.isDirectory(path) ? PretrainedFolder.open(path) : GgufFile.open(path)) {
            ModelRegistry.Plan plan = ModelRegistry.plan(file);
            LoadSettings settings = new LoadSettings(type, fast, 2, 1, 512, context, BLOCK, context).withKvType(cached);
            return new LoadedModel(ModelRegistry.open(
                    file, plan, () -> DeviceSession.open(device, 0, Duration.ofSeconds(120)), settings, loaded -> {}));
        }
    }

    public int vocabularySize() {
        return model.config().vocabularySize();
    }

    /** Forgets the sequence; the next tokens begin a new one. */
    public void restart() {
        cached = 0;
    }

    /** Runs the next tokens of the sequence in one step and answers the logits of the last {@code rows} of them. */
    public List<float[]> run(int[] tokens, int rows) {
        int length = cached + tokens.length;
        int[] table = new int[(length + BLOCK - 1) / BLOCK];
        Arrays.setAll(table, block -> block + 1);
        long[] positions = new long[tokens.length];
        int[] slots = new int[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            int position = cached + i;
            positions[i] = position;
            slots[i] = table[position / BLOCK] * BLOCK + position % BLOCK;
        }
        int[] sampled = new int[rows];
        Arrays.setAll(sampled, row -> tokens.length - rows + row);
        boolean decode = tokens.length == 1;
        StepInputs inputs = new StepInputs(
                tokens,
                positions,
                slots,
                decode ? table : new int[0],
                decode ? table.length : 0,
                decode ? new long[] {length} : new long[0],
                decode ? List.of() : List.of(new StepInputs.Prefill(0, tokens.length, length, table)),
                sampled);
        Logits logits = model.forward(inputs);
        cached = length;
        List<float[]> all = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            all.add(logits.row(row));
        }
        return all;
    }

    /** Greedy continuation of the sequence after its next tokens, until a stop id or {@code most} tokens. */
    public int[] greedy(int[] prompt, int most, Set<Integer> stops) {
        int[] generated = new int[most];
        int[] next = prompt;
        for (int count = 0; count < most; count++) {
            generated[count] = argMax(run(next, 1).get(0));
            next = new int[] {generated[count]};
            if (stops.contains(generated[count])) {
                return Arrays.copyOf(generated, count + 1);
            }
        }
        return generated;
    }

    /** Mean negative log-likelihood, in nats, of each token after the first, all in one context. */
    public double meanLoss(int[] ids, int chunk) {
        restart();
        double sum = 0;
        for (int first = 0; first < ids.length; first += chunk) {
            int[] part = Arrays.copyOfRange(ids, first, Math.min(ids.length, first + chunk));
            List<float[]> rows = run(part, part.length);
            for (int i = 0; i < part.length && first + i + 1 < ids.length; i++) {
                sum += loss(rows.get(i), ids[first + i + 1]);
            }
        }
        return sum / (ids.length - 1);
    }

    private static double loss(float[] logits, int target) {
        double best = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            best = Math.max(best, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - best);
        }
        return best + Math.log(sum) - logits[target];
    }

    static int argMax(float[] logits) {
        int best = 0;
        for (int id = 1; id < logits.length; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }

    @Override
    public void close() {
        model.close();
    }
}
