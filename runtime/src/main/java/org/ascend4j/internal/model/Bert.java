package org.ascend4j.internal.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.acl.Tensor;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.gguf.GgufMetadata;
import org.ascend4j.internal.gguf.GgufTensor;
import org.ascend4j.internal.ops.DeviceArray;
import org.ascend4j.internal.ops.Ops;
import org.ascend4j.internal.weight.GgufWeights;
import org.ascend4j.internal.weight.Linear;
import org.ascend4j.internal.weight.TokenEmbedding;

/**
 * BERT and what is built like it (MiniLM, RoBERTa, XLM-R): learned positions and segments, attention to both sides, a
 * layer norm behind each half of a layer (Devlin et al. 2018).
 */
final class Bert implements EncoderArchitecture {
    private static final String NAME = "bert";
    private static final String PREFIX = NAME + ".";
    private static final String OFFSET = PREFIX + "position_offset";
    private static final int MOST_LABELS = 1 << 16;

    private record Norm(Tensor gamma, Tensor beta) {}

    private record Layer(SelfAttention attention, Norm attentionNorm, Linear up, Linear down, Norm outputNorm) {}

    /** What a classifier adds: the first token's state through a dense layer with tanh, then the labels. */
    private record Classifier(Linear dense, Linear labels, int hidden) {}

    private final ModelConfig config;
    private final TokenEmbedding tokens;
    private final Tensor positions;
    private final Tensor types;
    private final Norm embeddingNorm;
    private final List<Layer> layers = new ArrayList<>();
    private final Classifier classifier;

    private Bert(ModelConfig config, Checkpoint file, GgufWeights weights, int labels) {
        this.config = config;
        int hidden = config.hiddenSize();
        tokens = weights.embedding("token_embd.weight", hidden, config.vocabularySize());
        int skipped = offset(file);
        positions = weights.table("position_embd.weight", hidden, config.contextLength() + skipped, skipped);
        types = weights.table("token_types.weight", hidden, segments(file), 0);
        embeddingNorm = norm(weights, "token_embd_norm", hidden);
        for (int layer = 0; layer < config.layers(); layer++) {
            layers.add(layer(weights, layer));
        }
        // What the model was trained with, to guess words.
        file.tensors().stream()
                .map(GgufTensor::name)
                .filter(name -> name.matches("(cls\\.(predictions|seq_relationship)|lm_head)\\..*"))
                .forEach(weights::leave);
        if (labels == 0) {
            weights.leave("cls.weight", "cls.bias", "cls.output.weight", "cls.output.bias");
            classifier = null;
        } else {
            classifier = new Classifier(
                    biased(weights, "cls", hidden, hidden), biased(weights, "cls.output", hidden, labels), hidden);
        }
    }

    /** Whether a file holds such a model. */
    static boolean describes(Checkpoint file) {
        return file.metadata().string("general.architecture").equals(NAME);
    }

    /** The sizes, checked; the context is what the positions' table has room for. */
    static ModelConfig config(Checkpoint file) {
        GgufMetadata metadata = file.metadata();
        int heads = ModelConfig.within(file, PREFIX + "attention.head_count", 1, 256);
        int hidden = ModelConfig.within(file, PREFIX + "embedding_length", 1, 1 << 20);
        int layers = ModelConfig.within(file, PREFIX + "block_count", 1, 1 << 12);
        int headSize = hidden / heads;
        ModelConfig.require(
                file,
                hidden % heads == 0 && headSize >= 16 && headSize % 16 == 0 && headSize <= 512,
                "head size",
                hidden + " / " + heads,
                "a multiple of 16 from 16 to 512");
        float epsilon = metadata.f32(PREFIX + "attention.layer_norm_epsilon", 1e-12f);
        ModelConfig.require(
                file,
                epsilon > 0 && epsilon < 1,
                PREFIX + "attention.layer_norm_epsilon",
                epsilon,
                "a number between 0 and 1");
        long[] embedding = file.requireTensor("token_embd.weight").shape();
        ModelConfig.require(
                file,
                embedding.length == 2 && embedding[1] <= 1 << 24,
                "token_embd.weight",
                Arrays.toString(embedding),
                "2 dimensions, at most 2^24 rows");
        int[] noRope = new int[layers];
        Arrays.fill(noRope, AttentionConfig.NO_ROPE);
        return new ModelConfig(
                NAME,
                layers,
                hidden,
                ModelConfig.within(file, PREFIX + "feed_forward_length", 1, 1 << 22),
                heads,
                heads,
                headSize,
                (int) embedding[1],
                ModelConfig.within(file, PREFIX + "context_length", 1 + offset(file), 1 << 24) - offset(file),
                epsilon,
                0,
                new AttentionConfig(List.of(), noRope, new int[layers], 1 / Math.sqrt(headSize), 0));
    }

    /** Rows of the positions' table that stand for padding; the first token's row follows. */
    private static int offset(Checkpoint file) {
        return file.metadata().has(OFFSET) ? ModelConfig.within(file, OFFSET, 0, 1 << 16) : 0;
    }

    static int segments(Checkpoint file) {
        return file.metadata().has(PREFIX + "token_type_count")
                ? ModelConfig.within(file, PREFIX + "token_type_count", 1, 1 << 10)
                : 2;
    }

    static EncoderFactory states(Checkpoint file) {
        return (config, weights) -> new Bert(config, file, weights, 0);
    }

    /** How many labels a classifier has. */
    static int labels(Checkpoint file) {
        GgufTensor output = file.tensor("cls.output.weight")
                .orElseThrow(() -> new ModelFormatException(file.path()
                        + ": tensor cls.output.weight (classifier.weight): absent, expected the classifier of a"
                        + " cross-encoder; open the model with Embedder instead"));
        long[] shape = output.shape();
        long labels = shape.length == 2 ? shape[1] : 0;
        ModelConfig.require(file, labels >= 1 && labels <= MOST_LABELS, output.name(), labels + " labels", "1 or more");
        return (int) labels;
    }

    static EncoderFactory classifier(Checkpoint file, int labels) {
        return (config, weights) -> new Bert(config, file, weights, labels);
    }

    private Layer layer(GgufWeights weights, int index) {
        String block = "blk." + index + ".";
        int hidden = config.hiddenSize();
        int inner = config.feedForwardSize();
        SelfAttention attention = new SelfAttention(
                config,
                index,
                biased(weights, block + "attn_q", hidden, hidden),
                biased(weights, block + "attn_k", hidden, hidden),
                biased(weights, block + "attn_v", hidden, hidden),
                null,
                null,
                biased(weights, block + "attn_output", hidden, hidden));
        return new Layer(
                attention,
                norm(weights, block + "attn_output_norm", hidden),
                biased(weights, block + "ffn_up", hidden, inner),
                biased(weights, block + "ffn_down", inner, hidden),
                norm(weights, block + "layer_output_norm", hidden));
    }

    private static Norm norm(GgufWeights weights, String name, int size) {
        return new Norm(weights.vector(name + ".weight", size), weights.vector(name + ".bias", size));
    }

    private static Linear biased(GgufWeights weights, String name, int in, int out) {
        return weights.biased(weights.linear(name + ".weight", in, out), name);
    }

    @Override
    public DeviceArray forward(Pass pass, Tensor segments) {
        Ops ops = pass.ops();
        long tokens = pass.inputs().tokens();
        LayerBuffers buffers = new LayerBuffers(pass, config);
        Tensor x = states(pass, tokens);
        Tensor delta = states(pass, tokens);
        Tensor sum = states(pass, tokens);
        embed(pass, segments, x, delta, sum);
        for (Layer layer : layers) {
            layer.attention().apply(pass, buffers, x, delta);
            ops.add(x, delta, sum);
            normalize(ops, layer.attentionNorm(), sum, x);
            layer.up().apply(ops, x, buffers.gate);
            ops.gelu(buffers.gate, buffers.activated);
            layer.down().apply(ops, buffers.activated, delta);
            ops.add(x, delta, sum);
            normalize(ops, layer.outputNorm(), sum, x);
        }
        long rows = pass.inputs().sampleRows().length;
        DeviceArray sampled = pass.array(rows * config.hiddenSize());
        ops.gather(x, pass.step().sampleRows(), sampled.as(rows, config.hiddenSize()));
        return classifier == null ? sampled : classify(pass, sampled.as(rows, config.hiddenSize()));
    }

    private void embed(Pass pass, Tensor segments, Tensor x, Tensor delta, Tensor sum) {
        Ops ops = pass.ops();
        long tokens = pass.inputs().tokens();
        DeviceArray words = pass.array(tokens * config.hiddenSize());
        this.tokens.apply(ops, pass.arena(), pass.step().tokenIds(), words);
        ops.embedding(types, segments, delta);
        ops.add(words.as(tokens, config.hiddenSize()), delta, sum);
        ops.embedding(positions, pass.step().positions(), delta);
        ops.add(sum, delta, sum);
        normalize(ops, embeddingNorm, sum, x);
    }

    private DeviceArray classify(Pass pass, Tensor states) {
        Ops ops = pass.ops();
        long rows = states.shape()[0];
        Tensor dense = states(pass, rows);
        Tensor bounded = states(pass, rows);
        classifier.dense().apply(ops, states, dense);
        ops.tanh(dense, bounded);
        DeviceArray labels = pass.array(rows * width());
        classifier.labels().apply(ops, bounded, labels.as(rows, width()));
        return labels;
    }

    private void normalize(Ops ops, Norm norm, Tensor x, Tensor y) {
        ops.layerNorm(x, norm.gamma(), norm.beta(), config.normEpsilon(), y);
    }

    private Tensor states(Pass pass, long rows) {
        return pass.array(rows * config.hiddenSize()).as(rows, config.hiddenSize());
    }

    @Override
    public int width() {
        return classifier == null ? config.hiddenSize() : classifier.labels().outFeatures();
    }
}
