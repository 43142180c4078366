package org.ascend4j.internal.model;

import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;

/**
 * The sizes of a decoder, read from a model file and checked.
 *
 * @param architecture the file's name for it, for example {@code llama}
 * @param layers transformer blocks
 * @param hiddenSize features of the residual stream
 * @param feedForwardSize features between the gated projections
 * @param heads query heads
 * @param kvHeads key and value heads; divides {@code heads}
 * @param headSize features of one head
 * @param vocabularySize rows of the embedding
 * @param contextLength tokens the model was made for
 * @param normEpsilon added under the root of RMS norms
 * @param logitCap logits v become c · tanh(v / c); 0 for none
 * @param attention what it sees and how positions enter
 */
public record ModelConfig(
        String architecture,
        int layers,
        int hiddenSize,
        int feedForwardSize,
        int heads,
        int kvHeads,
        int headSize,
        int vocabularySize,
        int contextLength,
        float normEpsilon,
        float logitCap,
        AttentionConfig attention) {

    private static final int MOST_HEADS = 256;
    private static final int WIDEST_HEAD = 512;
    private static final int MOST_HEADS_PER_KV = 64;

    /** Reads and checks the sizes; every refusal names the key, the value and the limit. */
    public static ModelConfig read(Checkpoint file) {
        GgufMetadata metadata = file.metadata();
        String architecture = metadata.string("general.architecture");
        String prefix = architecture + ".";
        int heads = within(file, prefix + "attention.head_count", 1, MOST_HEADS);
        int hidden = within(file, prefix + "embedding_length", 1, 1 << 20);
        int headSize = metadata.u32(prefix + "attention.key_length", hidden / heads);
        int layers = within(file, prefix + "block_count", 1, 1 << 12);
        long[] embedding = file.requireTensor("token_embd.weight").shape();
        require(file, embedding.length == 2, "token_embd.weight", embedding.length + " dimensions", "2");
        ModelConfig config = new ModelConfig(
                architecture,
                layers,
                hidden,
                within(file, prefix + "feed_forward_length", 1, 1 << 22),
                heads,
                metadata.u32(prefix + "attention.head_count_kv", heads),
                headSize,
                (int) Math.min(embedding[1], Integer.MAX_VALUE),
                within(file, prefix + "context_length", 1, 1 << 30),
                metadata.f32(prefix + "attention.layer_norm_rms_epsilon", 1e-5f),
                cap(file, prefix + "final_logit_softcapping"),
                null);
        config.check(file, prefix);
        return config.withAttention(config.attention(file, prefix + "attention.scale"));
    }

    private AttentionConfig attention(Checkpoint file, String scaleKey) {
        AttentionConfig plain = AttentionConfig.uniform(layers, RopeReader.read(file, this), headSize);
        float scale = file.metadata().f32(scaleKey, (float) plain.scale());
        require(file, scale > 0 && scale <= 1e3f, scaleKey, scale, "a number above 0, at most 1000");
        float cap = cap(file, architecture + ".attn_logit_softcapping");
        return new AttentionConfig(
                plain.ropes(),
                plain.ropeOfLayer(),
                WindowReader.read(file, this, 1),
                file.metadata().has(scaleKey) ? scale : plain.scale(),
                cap);
    }

    /** The bound c of values v that become c · tanh(v / c); 0 if the key is absent. */
    static float cap(Checkpoint file, String key) {
        float cap = file.metadata().f32(key, 0);
        require(file, cap >= 0 && cap <= 1e6f, key, cap, "0 to 1e6");
        return cap;
    }

    private void check(Checkpoint file, String prefix) {
        require(file, vocabularySize >= 1 && vocabularySize <= 1 << 24, "vocabulary", vocabularySize, "1 to 2^24");
        require(
                file,
                kvHeads >= 1 && heads % kvHeads == 0 && heads / kvHeads <= MOST_HEADS_PER_KV,
                prefix + "attention.head_count_kv",
                kvHeads,
                "a divisor of " + heads + " query heads, with at most " + MOST_HEADS_PER_KV + " of them each");
        require(
                file,
                headSize >= 16 && headSize % 16 == 0 && headSize <= WIDEST_HEAD,
                "head size",
                headSize,
                "a multiple of 16 from 16 to " + WIDEST_HEAD);
        int valueSize = file.metadata().u32(prefix + "attention.value_length", headSize);
        require(file, valueSize == headSize, prefix + "attention.value_length", valueSize, headSize + ", as for keys");
        require(
                file,
                normEpsilon > 0 && normEpsilon < 1,
                prefix + "attention.layer_norm_rms_epsilon",
                normEpsilon,
                "a number between 0 and 1");
    }

    /**
     * Bytes of one token's keys and values in all layers, with the scales of int8.
     *
     * @param cached in which type they are kept
     */
    public long cachedTokenBytes(DataType cached) {
        long scales = cached == DataType.INT8 ? DataType.FLOAT.bytes(1) : 0;
        return Math.multiplyExact(2L * layers, cached.bytes(kvSize()) + scales);
    }

    /**
     * Refuses an int8 cache where no operator reads one: only the fused operator without windows does.
     *
     * @param type of activations
     * @param cached of keys and values
     */
    public void requireCacheType(DataType type, DataType cached) {
        if (cached == type) {
            return;
        }
        if (type == DataType.FLOAT) {
            throw refusedCache("float32", "float16 or bfloat16");
        } else if (attention.softCap() > 0) {
            throw refusedCache(architecture + " with capped attention scores", "scores without a cap");
        } else if (attention.windowed()) {
            throw refusedCache(architecture + " with a sliding window", "attention without a window");
        }
    }

    private static InvalidRequestException refusedCache(String found, String expected) {
        return new InvalidRequestException(
                "kv-cache-dtype", "found int8 for " + found + ", expected " + expected + "; leave it at auto");
    }

    /** The same sizes with another attention. */
    public ModelConfig withAttention(AttentionConfig other) {
        return with(logitCap, other);
    }

    /** The same sizes without a bound for logits, for models that compute none. */
    public ModelConfig uncapped() {
        return with(0, attention);
    }

    private ModelConfig with(float cap, AttentionConfig other) {
        return new ModelConfig(
                architecture,
                layers,
                hiddenSize,
                feedForwardSize,
                heads,
                kvHeads,
                headSize,
                vocabularySize,
                contextLength,
                normEpsilon,
                cap,
                other);
    }

    /** Features of all query heads. */
    public int querySize() {
        return heads * headSize;
    }

    /** Features of all key heads; values have as many. */
    public int kvSize() {
        return kvHeads * headSize;
    }

    /** The integer under a key, which must lie within the bounds. */
    static int within(Checkpoint file, String key, int least, int greatest) {
        int value = file.metadata().u32(key);
        require(file, value >= least && value <= greatest, key, value, least + " to " + greatest);
        return value;
    }

    static void require(Checkpoint file, boolean condition, String field, Object found, String expected) {
        if (!condition) {
            throw new ModelFormatException(file.path() + ": " + field + ": found " + found + ", expected " + expected);
        }
    }
}
