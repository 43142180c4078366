package org.ascend4j;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.ascend4j.compat.GuardMode;

/**
 * How a model is opened. Each option has one name; a value set on the builder wins over the system property
 * {@code ascend4j.<name>}, which wins over the environment variable {@code ASCEND4J_<NAME>}, which wins over the default.
 * A name that does not exist is an error. Where vLLM has the option, it has vLLM's name.
 *
 * <table>
 * <caption>Options</caption>
 * <tr><th>name</th><th>values</th><th>default</th></tr>
 * <tr><td>{@code device}</td><td>auto, host, npu, npu:i</td><td>auto</td></tr>
 * <tr><td>{@code dtype}</td><td>auto, float32, float16, bfloat16</td><td>auto</td></tr>
 * <tr><td>{@code precision}</td><td>fast, exact</td><td>fast; float32 implies exact</td></tr>
 * <tr><td>{@code quantize}</td><td>none, w8a8, w4a16</td><td>none; float32 implies none</td></tr>
 * <tr><td>{@code threads}</td><td>1 or more</td><td>all cores that the process may use</td></tr>
 * <tr><td>{@code context-length}</td><td>1 or more tokens</td><td>the model's</td></tr>
 * <tr><td>{@code max-num-seqs}</td><td>1 or more</td><td>16</td></tr>
 * <tr><td>{@code max-num-batched-tokens}</td><td>at least max-num-seqs</td><td>512</td></tr>
 * <tr><td>{@code block-size}</td><td>multiples of 16 up to 512; on an NPU 128</td><td>128</td></tr>
 * <tr><td>{@code kv-tokens}</td><td>1 or more</td><td>by free device memory</td></tr>
 * <tr><td>{@code kv-cache-dtype}</td><td>auto, int8</td><td>auto</td></tr>
 * <tr><td>{@code guard}</td><td>enforce, warn, off; the strictest of all sources wins</td><td>enforce</td></tr>
 * <tr><td>{@code step-timeout}</td><td>seconds</td><td>300</td></tr>
 * <tr><td>{@code graphs}</td><td>auto, full, piecewise, eager</td><td>auto</td></tr>
 * <tr><td>{@code prefix-caching}</td><td>on, off</td><td>on</td></tr>
 * <tr><td>{@code async-scheduling}</td><td>on, off</td><td>on</td></tr>
 * <tr><td>{@code scheduling-policy}</td><td>fcfs, priority</td><td>fcfs</td></tr>
 * <tr><td>{@code admission}</td><td>auto, no-evict, preempt</td><td>auto</td></tr>
 * <tr><td>{@code watermark}</td><td>a share from 0 to 0.5</td><td>0.01</td></tr>
 * <tr><td>{@code long-prefill-token-threshold}</td><td>1 or more tokens; 0 for none</td><td>0</td></tr>
 * <tr><td>{@code max-queued-requests}</td><td>1 or more; 0 for no limit</td><td>4096</td></tr>
 * <tr><td>{@code max-queued-tokens}</td><td>1 or more; 0 for no limit</td><td>0</td></tr>
 * <tr><td>{@code speculative}</td><td>off, adaptive, fixed</td><td>off</td></tr>
 * <tr><td>{@code num-speculative-tokens}</td><td>1 to 15</td><td>4</td></tr>
 * <tr><td>{@code prompt-lookup-min}</td><td>1 or more tokens</td><td>2</td></tr>
 * <tr><td>{@code prompt-lookup-max}</td><td>prompt-lookup-min to 64</td><td>4, or prompt-lookup-min</td></tr>
 * <tr><td>{@code max-loras}</td><td>0 or more adapters</td><td>8</td></tr>
 * <tr><td>{@code max-lora-rank}</td><td>1 to 4096</td><td>64</td></tr>
 * <tr><td>{@code stream-buffer}</td><td>1 or more tokens</td><td>16384</td></tr>
 * <tr><td>{@code stream-stall}</td><td>seconds</td><td>300</td></tr>
 * </table>
 *
 * @param device which device runs the model
 * @param dtype the type of activations
 * @param precision how products of quantized weights are computed
 * @param quantize to what weights in 16 or 32 bits are rounded while they are loaded
 * @param threads the host's threads for kernels and loading; 0 takes all allowed cores
 * @param contextLength most tokens of one sequence; 0 takes the model's
 * @param maxSequences most sequences that run at once
 * @param maxBatchTokens most tokens of one step
 * @param blockSize tokens per KV cache block
 * @param kvTokens tokens that the KV cache holds; 0 sizes it by free device memory
 * @param kvCacheDtype in which type keys and values are cached
 * @param guard what a stack outside the release matrix leads to
 * @param stepTimeout a step that takes longer fails the engine
 * @param graphs how the device gets a decode step
 * @param scheduling who runs, who waits, and who is refused
 * @param speculation guessing tokens ahead
 * @param maxLoras most LoRA adapters that are loaded at once; one batch may use them all. None takes memory before it is
 *     loaded
 * @param maxLoraRank the greatest rank that an adapter may have
 * @param streaming how far readers may fall behind
 */
public record LlmOptions(
        DeviceChoice device,
        DType dtype,
        Precision precision,
        Quantization quantize,
        int threads,
        int contextLength,
        int maxSequences,
        int maxBatchTokens,
        int blockSize,
        int kvTokens,
        KvCacheDtype kvCacheDtype,
        GuardMode guard,
        Duration stepTimeout,
        Graphs graphs,
        Scheduling scheduling,
        Speculation speculation,
        int maxLoras,
        int maxLoraRank,
        Streaming streaming) {

    /** The defaults, with what system properties and the environment say. */
    public static LlmOptions defaults() {
        return builder().build();
    }

    /** Starts from this process's system properties and environment. */
    public static Builder builder() {
        return builder(System.getProperties(), System.getenv());
    }

    /** The names of all options, in alphabetical order. */
    public static Set<String> names() {
        return OptionValues.names();
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

        private Builder option(String name, Enum<?> value) {
            return option(name, OptionValues.spelled(value));
        }

        private Builder option(String name, long value) {
            return option(name, Long.toString(value));
        }

        private Builder option(String name, boolean value) {
            return option(name, value ? "on" : "off");
        }

        public Builder device(DeviceChoice device) {
            return option("device", device.toString());
        }

        public Builder dtype(DType dtype) {
            return option("dtype", dtype);
        }

        public Builder precision(Precision precision) {
            return option("precision", precision);
        }

        /** As {@code quantize}. */
        public Builder quantize(Quantization quantization) {
            return option("quantize", quantization);
        }

        public Builder threads(int threads) {
            return option("threads", threads);
        }

        public Builder contextLength(int tokens) {
            return option("context-length", tokens);
        }

        public Builder maxSequences(int sequences) {
            return option("max-num-seqs", sequences);
        }

        public Builder maxBatchTokens(int tokens) {
            return option("max-num-batched-tokens", tokens);
        }

        public Builder blockSize(int tokens) {
            return option("block-size", tokens);
        }

        public Builder kvTokens(int tokens) {
            return option("kv-tokens", tokens);
        }

        /** As {@code kv-cache-dtype}. */
        public Builder kvCacheDtype(KvCacheDtype type) {
            return option("kv-cache-dtype", type);
        }

        public Builder guard(GuardMode mode) {
            return option("guard", mode);
        }

        /** @param timeout whole seconds; what is shorter counts as none */
        public Builder stepTimeout(Duration timeout) {
            return option("step-timeout", timeout.toSeconds());
        }

        public Builder graphs(Graphs graphs) {
            return option("graphs", graphs);
        }

        public Builder prefixCaching(boolean on) {
            return option("prefix-caching", on);
        }

        /** Whether the next step is scheduled while the device works on the current one. */
        public Builder overlap(boolean on) {
            return option("async-scheduling", on);
        }

        public Builder policy(Scheduling.Policy policy) {
            return option("scheduling-policy", policy);
        }

        public Builder admission(Scheduling.Admission admission) {
            return option("admission", admission);
        }

        public Builder watermark(double share) {
            return option("watermark", Double.toString(share));
        }

        public Builder longPrefillTokens(int tokens) {
            return option("long-prefill-token-threshold", tokens);
        }

        /** Limits of the queue; 0 for no such limit. */
        public Builder queueLimits(int requests, int tokens) {
            return option("max-queued-requests", requests).option("max-queued-tokens", tokens);
        }

        public Builder speculation(Speculation.Mode mode, int tokens) {
            return option("speculative", mode).option("num-speculative-tokens", tokens);
        }

        /** Fewest and most tokens that are compared for a guess. */
        public Builder ngram(int shortest, int longest) {
            return option("prompt-lookup-min", shortest).option("prompt-lookup-max", longest);
        }

        /** Most LoRA adapters that are loaded at once, and the greatest rank that one may have. */
        public Builder loras(int most, int mostRank) {
            return option("max-loras", most).option("max-lora-rank", mostRank);
        }

        /** @param stall whole seconds; what is shorter counts as none */
        public Builder streaming(int bufferTokens, Duration stall) {
            return option("stream-buffer", bufferTokens).option("stream-stall", stall.toSeconds());
        }

        /** @throws org.ascend4j.error.InvalidRequestException naming the option, what was found and what is expected */
        public LlmOptions build() {
            return values.toOptions();
        }
    }
}
