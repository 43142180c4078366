package org.ascend4j.internal.ops;

import org.ascend4j.internal.acl.Tensor;

/**
 * The operators queued last, for the message when the device fails: its own says only that something did. Adding one costs
 * two stores of references. Belongs to the thread that owns the device.
 */
public final class Breadcrumbs {
    private static final int SIZE = 64;

    private final String[] names = new String[SIZE];
    private final Tensor[] inputs = new Tensor[SIZE];
    private final Tensor[] outputs = new Tensor[SIZE];
    private long count;

    /**
     * @param name of an operator, or of something larger
     * @param input null for none; may be closed later
     * @param output as {@code input}
     */
    public void add(String name, Tensor input, Tensor output) {
        int at = (int) (count++ % SIZE);
        names[at] = name;
        inputs[at] = input;
        outputs[at] = output;
    }

    /** The newest {@value #SIZE} at most, oldest first, one a line. */
    public String describe() {
        StringBuilder text = new StringBuilder();
        for (long i = Math.max(0, count - SIZE); i < count; i++) {
            int at = (int) (i % SIZE);
            text.append(text.length() == 0 ? "" : "\n")
                    .append(i + 1)
                    .append(' ')
                    .append(names[at]);
            if (inputs[at] != null) {
                text.append(": ").append(inputs[at]).append(" to ").append(outputs[at]);
            }
        }
        return text.toString();
    }
}
