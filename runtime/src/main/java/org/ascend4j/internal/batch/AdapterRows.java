package org.ascend4j.internal.batch;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Which rows of a step an adapter changes: adapter {@code ids[i]} has {@code rows} from the end of the one before to
 * {@code ends[i]}.
 *
 * @param rows of the step, those of one adapter side by side and in order
 * @param ids of adapters, ascending
 */
public record AdapterRows(int[] rows, int[] ids, int[] ends) {
    /** No row has an adapter. */
    public static final AdapterRows NONE = new AdapterRows(new int[0], new int[0], new int[0]);

    public boolean isEmpty() {
        return ids.length == 0;
    }

    /** Where the rows of the adapter at {@code index} begin. */
    public int start(int index) {
        return index == 0 ? 0 : ends[index - 1];
    }

    /** Collects runs of rows. */
    public static final class Builder {
        private final TreeMap<Integer, List<int[]>> runs = new TreeMap<>();
        private int count;

        /** Adds {@code length} rows from {@code first} on; adapter 0 is none. */
        public void add(int adapter, int first, int length) {
            if (adapter != 0) {
                runs.computeIfAbsent(adapter, id -> new ArrayList<>()).add(new int[] {first, length});
                count += length;
            }
        }

        public AdapterRows build() {
            if (count == 0) {
                return NONE;
            }
            int[] rows = new int[count];
            int[] ids = new int[runs.size()];
            int[] ends = new int[runs.size()];
            int at = 0;
            int index = 0;
            for (var entry : runs.entrySet()) {
                for (int[] run : entry.getValue()) {
                    for (int i = 0; i < run[1]; i++) {
                        rows[at++] = run[0] + i;
                    }
                }
                ids[index] = entry.getKey();
                ends[index++] = at;
            }
            return new AdapterRows(rows, ids, ends);
        }
    }
}
