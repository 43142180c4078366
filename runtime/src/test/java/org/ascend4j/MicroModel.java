package org.ascend4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Random;
import org.ascend4j.internal.gguf.GgmlType;
import org.ascend4j.internal.gguf.GgufWriter;

/** Writes a Llama of one layer and random weights, with what a test wants to be wrong with it. */
final class MicroModel {
    private static final int HIDDEN = 64;
    private static final int VOCABULARY = 300;

    private final Random random = new Random(1);
    private int tokens = VOCABULARY;
    private float poison;
    private Object name = "micro";

    MicroModel tokens(int count) {
        tokens = count;
        return this;
    }

    /** The value of one output weight. */
    MicroModel poison(float value) {
        poison = value;
        return this;
    }

    MicroModel name(Object value) {
        name = value;
        return this;
    }

    Path write(Path path) {
        String[] texts = new String[tokens];
        int[] types = new int[tokens];
        for (int id = 0; id < tokens; id++) {
            texts[id] = "t" + id;
            types[id] = id < 2 ? 3 : 1;
        }
        GgufWriter writer = new GgufWriter()
                .key("general.architecture", "llama")
                .key("general.name", name)
                .key("llama.block_count", 1)
                .key("llama.context_length", 64)
                .key("llama.embedding_length", HIDDEN)
                .key("llama.feed_forward_length", 96)
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
        matrix(writer, "token_embd.weight", HIDDEN, VOCABULARY, 0);
        matrix(writer, "output.weight", HIDDEN, VOCABULARY, poison);
        vector(writer, "output_norm.weight");
        vector(writer, "blk.0.attn_norm.weight");
        vector(writer, "blk.0.ffn_norm.weight");
        matrix(writer, "blk.0.attn_q.weight", HIDDEN, 64, 0);
        matrix(writer, "blk.0.attn_k.weight", HIDDEN, 32, 0);
        matrix(writer, "blk.0.attn_v.weight", HIDDEN, 32, 0);
        matrix(writer, "blk.0.attn_output.weight", 64, HIDDEN, 0);
        matrix(writer, "blk.0.ffn_gate.weight", HIDDEN, 96, 0);
        matrix(writer, "blk.0.ffn_up.weight", HIDDEN, 96, 0);
        matrix(writer, "blk.0.ffn_down.weight", 96, HIDDEN, 0);
        return writer.write(path);
    }

    private void matrix(GgufWriter writer, String name, int columns, int rows, float first) {
        ByteBuffer content = ByteBuffer.allocate(columns * rows * 4).order(ByteOrder.LITTLE_ENDIAN);
        while (content.hasRemaining()) {
            content.putFloat((float) random.nextGaussian() * 0.1f);
        }
        if (first != 0) {
            for (int row = 0; row < rows; row++) {
                content.putFloat(row * columns * 4, first);
            }
        }
        writer.tensor(name, GgmlType.F32, new long[] {columns, rows}, content.array());
    }

    private static void vector(GgufWriter writer, String name) {
        ByteBuffer content = ByteBuffer.allocate(HIDDEN * 4).order(ByteOrder.LITTLE_ENDIAN);
        while (content.hasRemaining()) {
            content.putFloat(1);
        }
        writer.tensor(name, GgmlType.F32, new long[] {HIDDEN}, content.array());
    }
}
