package org.ascend4j.internal.sample;

import java.util.List;
import org.ascend4j.internal.model.Logits;

/** Logits from a table. */
record TableLogits(List<float[]> table) implements Logits {
    @Override
    public int rows() {
        return table.size();
    }

    @Override
    public int[] argMax() {
        int[] best = new int[table.size()];
        for (int row = 0; row < best.length; row++) {
            float[] logits = table.get(row);
            for (int id = 1; id < logits.length; id++) {
                best[row] = logits[id] > logits[best[row]] ? id : best[row];
            }
        }
        return best;
    }

    @Override
    public float[] row(int row) {
        return table.get(row).clone();
    }
}
