package org.ascend4j.internal.pretrained;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;

/**
 * The order of input channels that brings the members of each group side by side. GPTQ with activation order gives columns
 * to groups by their importance; CANN's operators know groups of neighbours only. So the columns are put in order here and
 * the activations by a gather in front of the product; sums differ from the file's order by rounding alone.
 */
final class ChannelOrder {
    private ChannelOrder() {}

    /**
     * @param index the group of each column
     * @return the column for each place; null if all stand in their places
     */
    static int[] of(SafetensorsFolder files, SafetensorsTensor index, int groupSize, int groups) {
        int columns = (int) index.shape()[0];
        ByteBuffer source = StoredQuants.bytes(files, index, 0, Math.multiplyExact(columns, Integer.BYTES));
        int[] next = new int[groups];
        Arrays.setAll(next, group -> group * groupSize);
        int[] order = new int[columns];
        boolean moved = false;
        for (int column = 0; column < columns; column++) {
            int group = source.getInt();
            if (group < 0 || group >= groups) {
                throw wrong(files, index, "group " + group + " for column " + column, "one from 0 to " + (groups - 1));
            }
            if (next[group] == Math.min(columns, (group + 1) * groupSize)) {
                throw wrong(files, index, "more than " + groupSize + " columns in group " + group, "so many or fewer");
            }
            moved |= next[group] != column;
            order[next[group]++] = column;
        }
        return moved ? order : null;
    }

    private static ModelFormatException wrong(
            SafetensorsFolder files, SafetensorsTensor index, String found, String expected) {
        return new ModelFormatException(
                files.path() + ": tensor " + index.name() + ": found " + found + ", expected " + expected);
    }
}
