package org.ascend4j.internal.sample;

import java.util.Arrays;

/** Finds the k-th largest of many numbers with a heap of k, without sorting the rest. Keeps its heap. */
final class KthLargest {
    private float[] heap = {};

    /** @param k at least 1 and at most {@code values.length}; NaN counts as smaller than everything */
    float of(float[] values, int k) {
        if (heap.length < k) {
            heap = new float[k];
        }
        Arrays.fill(heap, 0, k, Float.NEGATIVE_INFINITY);
        float smallest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            if (value > smallest) {
                replaceSmallest(value, k);
                smallest = heap[0];
            }
        }
        return smallest;
    }

    private void replaceSmallest(float value, int k) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= k) {
                break;
            }
            if (child + 1 < k && heap[child + 1] < heap[child]) {
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
