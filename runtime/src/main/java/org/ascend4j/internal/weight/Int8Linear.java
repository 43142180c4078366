package org.ascend4j.internal.weight;

import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.ops.QuantOps;
import org.ascend4j.internal.ops.Scratch;

/** Projections whose inputs become signed bytes, so that whole rows are multiplied as integers. */
final class Int8Linear {
    private Int8Linear() {}

    private static Tensor quants(Ops ops, Tensor x) {
        long[] shape = x.shape();
        return ops.scratch()
                .array(Scratch.Slot.QUANTS, DataType.INT8, shape[0] * shape[1])
                .as(shape);
    }

    /**
     * Each token has a scale of its own.
     *
     * @param weight (N, K) int8
     * @param scale (N) float32
     */
    record PerToken(Tensor weight, Tensor scale, int outFeatures) implements Linear {
        @Override
        public void apply(Ops ops, Tensor x, Tensor out) {
            QuantOps quantOps = new QuantOps(ops);
            long tokens = x.shape()[0];
            Tensor quants = quants(ops, x);
            Tensor scales = ops.scratch()
                    .array(Scratch.Slot.SCALES, DataType.FLOAT, tokens)
                    .as(tokens);
            quantOps.quantizeRows(x, quants, scales);
            quantOps.multiply(quants, weight, scale, null, scales, out);
        }
    }

    /**
     * All tokens have the same scale and offset.
     *
     * @param weight (N, K) int8
     * @param inputFactor (K) in the activations' type: one over the inputs' scale
     * @param inputOffset (K) the same
     * @param scale (N) of products
     * @param bias (N) int32
     */
    record Fixed(Tensor weight, Tensor inputFactor, Tensor inputOffset, Tensor scale, Tensor bias, int outFeatures)
            implements Linear {
        @Override
        public void apply(Ops ops, Tensor x, Tensor out) {
            QuantOps quantOps = new QuantOps(ops);
            Tensor quants = quants(ops, x);
            quantOps.quantize(x, inputFactor, inputOffset, quants);
            quantOps.multiply(quants, weight, scale, bias, null, out);
        }
    }
}
