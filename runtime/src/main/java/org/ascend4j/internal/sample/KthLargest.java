package org.ascend4j.internal.sample;

import java.util.Arrays;

/** Finds the k-th largest of many numbers with a heap of k, without sorting the rest. */
final class KthLargest {
    private KthLargest() {}

    /** @param k at least 1 and at most {@code values.length}; NaN counts as smaller than everything */
    static float of(float[] values, int k) {
        float[] heap = new float[k];
        Arrays.fill(heap, Float.NEGATIVE_INFINITY);
        for (float value : values) {
            if (value > heap[0]) {
                replaceSmallest(heap, value);
            }
        }
        return heap[0];
    }

    private static void replaceSmallest(float[] heap, float value) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= heap.length) {
                break;
            }
            if (child + 1 < heap.length && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= value) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = value;
    }
}
