package org.ascend4j.bench;

import java.nio.file.Path;
import java.util.Random;
import org.ascend4j.bench.gguf.SyntheticGguf;
import org.ascend4j.internal.gguf.GgmlType;

/** A Llama of one layer and random weights, whose tokens are made up. */
final class TinyModel {
    static final int VOCABULARY = 300;
    static final int MARKERS = 2;
    static final int CONTEXT = 1024;

    private static final int HIDDEN = 64;
    private static final int KEYS = 32;
    private static final int FEED_FORWARD = 96;
    private static final int NORMAL = 1;
    private static final int CONTROL = 3;

    private TinyModel() {}

    static Path write(Path file) {
        String[] texts = new String[VOCABULARY];
        int[] types = new int[VOCABULARY];
        for (int id = 0; id < VOCABULARY; id++) {
            texts[id] = "t" + id;
            types[id] = id < MARKERS ? CONTROL : NORMAL;
        }
        SyntheticGguf writer = new SyntheticGguf()
                .key("general.architecture", "llama")
                .key("general.name", "tiny")
                .key("llama.block_count", 1)
                .key("llama.context_length", CONTEXT)
                .key("llama.embedding_length", HIDDEN)
                .key("llama.feed_forward_length", FEED_FORWARD)
                .key("llama.attention.head_count", 4)
                .key("llama.attention.head_count_kv", 2)
                .key("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .key("tokenizer.ggml.model", "gpt2")
                .key("tokenizer.ggml.pre", "default")
                .key("tokenizer.ggml.tokens", texts)
                .key("tokenizer.ggml.token_type", types)
                .key("tokenizer.ggml.merges", new String[] {"t 1"})
                .key("tokenizer.ggml.bos_token_id", 0)
                .key("tokenizer.ggml.eos_token_id", 1);
        Random random = new Random(1);
        matrix(writer, random, "token_embd.weight", HIDDEN, VOCABULARY);
        matrix(writer, random, "output.weight", HIDDEN, VOCABULARY);
        for (String norm : new String[] {"output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"}) {
            writer.tensor(norm + ".weight", GgmlType.F32, SyntheticGguf.weights(GgmlType.F32, HIDDEN, random), HIDDEN);
        }
        matrix(writer, random, "blk.0.attn_q.weight", HIDDEN, HIDDEN);
        matrix(writer, random, "blk.0.attn_k.weight", HIDDEN, KEYS);
        matrix(writer, random, "blk.0.attn_v.weight", HIDDEN, KEYS);
        matrix(writer, random, "blk.0.attn_output.weight", HIDDEN, HIDDEN);
        matrix(writer, random, "blk.0.ffn_gate.weight", HIDDEN, FEED_FORWARD);
        matrix(writer, random, "blk.0.ffn_up.weight", HIDDEN, FEED_FORWARD);
        matrix(writer, random, "blk.0.ffn_down.weight", FEED_FORWARD, HIDDEN);
        return writer.write(file);
    }

    private static void matrix(SyntheticGguf writer, Random random, String name, int columns, int rows) {
        byte[] content = SyntheticGguf.weights(GgmlType.Q8_0, (long) columns * rows, random);
        writer.tensor(name, GgmlType.Q8_0, content, columns, rows);
    }
}
