package org.ascend4j;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.ascend4j.compat.GuardMode;

/**
 * How a model is opened. Each option has one name; a value set on the builder wins over the system property
 * {@code ascend4j.<name>}, which wins over the environment variable {@code ASCEND4J_<NAME>}, which wins over the default.
 * A name that does not exist is an error.
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>name</th><th>values</th><th>default</th></tr>
 * <tr><td>{@code device}</td><td>auto, host, npu, npu:i</td><td>auto</td></tr>
 * <tr><td>{@code dtype}</td><td>auto, float32, float16, bfloat16</td><td>auto</td></tr>
 * <tr><td>{@code precision}</td><td>fast, exact</td><td>fast; float32 implies exact</td></tr>
 * <tr><td>{@code threads}</td><td>1 or more</td><td>all cores that the process may use</td></tr>
 * <tr><td>{@code context-length}</td><td>1 or more tokens</td><td>the model's</td></tr>
 * <tr><td>{@code max-sequences}</td><td>1 or more</td><td>16</td></tr>
 * <tr><td>{@code max-batch-tokens}</td><td>at least max-sequences</td><td>512</td></tr>
 * <tr><td>{@code block-size}</td><td>multiples of 16 up to 512; on an NPU 128</td><td>128</td></tr>
 * <tr><td>{@code kv-tokens}</td><td>1 or more</td><td>by free device memory</td></tr>
 * <tr><td>{@code guard}</td><td>enforce, warn, off; the strictest of all sources wins</td><td>enforce</td></tr>
 * <tr><td>{@code step-timeout}</td><td>seconds</td><td>300</td></tr>
 * </table>
 *
 * @param device which device runs the model
 * @param dtype the type of activations
 * @param precision how products of quantized weights are computed
 * @param threads the host's threads for kernels and loading; 0 takes all allowed cores
 * @param contextLength most tokens of one sequence; 0 takes the model's
 * @param maxSequences most sequences that run at once
 * @param maxBatchTokens most tokens of one step
 * @param blockSize tokens per KV cache block
 * @param kvTokens tokens that the KV cache holds; 0 sizes it by free device memory
 * @param guard what a stack outside the release matrix leads to
 * @param stepTimeout a step that takes longer fails the engine
 */
public record LlmOptions(
        DeviceChoice device,
        DType dtype,
        Precision precision,
        int threads,
        int contextLength,
        int maxSequences,
        int maxBatchTokens,
        int blockSize,
        int kvTokens,
        GuardMode guard,
        Duration stepTimeout) {

    /** The defaults, with what system properties and the environment say. */
    public static LlmOptions defaults() {
        return builder().build();
    }

    /** Starts from this process's system properties and environment. */
    public static Builder builder() {
        return builder(System.getProperties(), System.getenv());
    }

    static Builder builder(Properties properties, Map<String, String> environment) {
        return new Builder(OptionValues.collect(properties, environment));
    }

    /** Collects options by name or by typed setter; {@link #build()} checks them all. */
    public static final class Builder {
        private final OptionValues values;

        private Builder(OptionValues values) {
            this.values = values;
        }

        /** Sets any option by the name and in the form that the table of {@link LlmOptions} gives. */
        public Builder option(String name, String value) {
            values.set(name, value);
            return this;
        }

        public Builder device(DeviceChoice device) {
            return option("device", device.toString());
        }

        public Builder dtype(DType dtype) {
            return option("dtype", dtype.name());
        }

        public Builder precision(Precision precision) {
            return option("precision", precision.name());
        }

        public Builder threads(int threads) {
            return option("threads", Integer.toString(threads));
        }

        public Builder contextLength(int tokens) {
            return option("context-length", Integer.toString(tokens));
        }

        public Builder maxSequences(int sequences) {
            return option("max-sequences", Integer.toString(sequences));
        }

        public Builder maxBatchTokens(int tokens) {
            return option("max-batch-tokens", Integer.toString(tokens));
        }

        public Builder blockSize(int tokens) {
            return option("block-size", Integer.toString(tokens));
        }

        public Builder kvTokens(int tokens) {
            return option("kv-tokens", Integer.toString(tokens));
        }

        public Builder guard(GuardMode mode) {
            return option("guard", mode.name());
        }

        /** @throws org.ascend4j.error.InvalidRequestException naming the option, what was found and what is expected */
        public LlmOptions build() {
            return values.toOptions();
        }
    }
}
