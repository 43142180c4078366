package org.ascend4j.internal.weight;

import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.Scratch;

/** A projection whose weight is on the device: out (T, N) = x (T, K) · weight. */
public interface Linear {
    /** @param out contiguous, all {@link #outFeatures} wide */
    void apply(Ops ops, Tensor x, Tensor out);

    /** N. */
    int outFeatures();

    /**
     * Weights in the activations' own type.
     *
     * @param weight (K, N), a transposed view of rows as files have them
     */
    record Plain(Tensor weight, int outFeatures) implements Linear {
        @Override
        public void apply(Ops ops, Tensor x, Tensor out) {
            ops.matmul(x, weight, out);
        }
    }

    /**
     * Integer weights with a scale, and for affine ones an offset, for each group of K.
     *
     * @param weight (K, N), a transposed view, as are scale and offset (K / groupSize, N)
     * @param offset null for symmetric weights
     * @param fast lets the operator multiply in int8
     */
    record GroupQuantized(Tensor weight, Tensor scale, Tensor offset, int groupSize, boolean fast, int outFeatures)
            implements Linear {
        @Override
        public void apply(Ops ops, Tensor x, Tensor out) {
            ops.weightQuantMatmul(x, weight, scale, offset, groupSize, fast, out);
        }
    }

    /**
     * A projection whose columns stand in another order than its inputs.
     *
     * @param order (K) int32: the input at each place
     */
    record Ordered(Linear linear, Tensor order) implements Linear {
        @Override
        public void apply(Ops ops, Tensor x, Tensor out) {
            long[] shape = x.shape();
            Tensor ordered = ops.scratch()
                    .array(Scratch.Slot.ORDERED, x.type(), shape[0] * shape[1])
                    .as(shape);
            ops.gatherColumns(x, order, ordered);
            linear.apply(ops, ordered, out);
        }

        @Override
        public int outFeatures() {
            return linear.outFeatures();
        }
    }

    /**
     * A projection with a bias.
     *
     * @param bias (N)
     */
    record Biased(Linear linear, Tensor bias) implements Linear {
        @Override
        public void apply(Ops ops, Tensor x, Tensor out) {
            linear.apply(ops, x, out);
            ops.add(out, bias, out);
        }

        @Override
        public int outFeatures() {
            return linear.outFeatures();
        }
    }
}
