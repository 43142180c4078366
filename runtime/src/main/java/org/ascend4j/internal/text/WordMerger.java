package org.ascend4j.internal.text;

import java.util.Arrays;

/**
 * Merges one word's symbols into pieces: always the earliest merge of the whole word next, the leftmost of equals. A
 * binary heap of candidates makes that O(n log n), however long the word is. One thread; keeps its arrays between words.
 */
public final class WordMerger {
    private final Merges merges;
    private int[] pieces = new int[64];
    private int[] previous = new int[64];
    private int[] next = new int[64];

    /** Candidates as rank in the high and position in the low half, so that comparing longs is comparing candidates. */
    private long[] heap = new long[64];

    private int heapSize;

    public WordMerger(Merges merges) {
        this.merges = merges;
    }

    /** Which two pieces become which, and how early. */
    public interface Merges {
        /** How early two neighbours merge, or -1 if never. */
        int rank(int left, int right);

        /** What the two pieces of this rank become. */
        int result(int rank);
    }

    /** Appends the pieces that {@code symbols[0, length)} become to {@code out}. */
    public void merge(int[] symbols, int length, IntList out) {
        load(symbols, length);
        for (int i = 0; i + 1 < length; i++) {
            propose(i);
        }
        while (heapSize > 0) {
            long candidate = pop();
            int left = (int) candidate;
            int rank = (int) (candidate >>> 32);
            int right = pieces[left] < 0 ? -1 : next[left];
            // Either side may have merged elsewhere since this was proposed.
            if (right < 0 || merges.rank(pieces[left], pieces[right]) != rank) {
                continue;
            }
            pieces[left] = merges.result(rank);
            pieces[right] = -1;
            next[left] = next[right];
            if (next[left] >= 0) {
                previous[next[left]] = left;
                propose(left);
            }
            if (previous[left] >= 0) {
                propose(previous[left]);
            }
        }
        for (int i = length == 0 ? -1 : 0; i >= 0; i = next[i]) {
            out.add(pieces[i]);
        }
    }

    private void load(int[] symbols, int length) {
        if (pieces.length < length) {
            int capacity = Math.max(length, pieces.length * 2);
            pieces = new int[capacity];
            previous = new int[capacity];
            next = new int[capacity];
        }
        heapSize = 0;
        for (int i = 0; i < length; i++) {
            pieces[i] = symbols[i];
            previous[i] = i - 1;
            next[i] = i + 1 < length ? i + 1 : -1;
        }
    }

    private void propose(int left) {
        int rank = merges.rank(pieces[left], pieces[next[left]]);
        if (rank >= 0) {
            push((long) rank << 32 | left);
        }
    }

    private void push(long candidate) {
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, heapSize * 2);
        }
        int child = heapSize++;
        while (child > 0) {
            int parent = (child - 1) >>> 1;
            if (heap[parent] <= candidate) {
                break;
            }
            heap[child] = heap[parent];
            child = parent;
        }
        heap[child] = candidate;
    }

    private long pop() {
        long top = heap[0];
        long last = heap[--heapSize];
        int parent = 0;
        for (int child = 1; child < heapSize; child = 2 * parent + 1) {
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[parent] = heap[child];
            parent = child;
        }
        heap[parent] = last;
        return top;
    }
}
