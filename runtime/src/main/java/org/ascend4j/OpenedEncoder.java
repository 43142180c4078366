package org.ascend4j;

import java.util.Locale;
import java.util.function.Function;
import org.ascend4j.compat.Verdict;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.device.DeviceSession;
import org.ascend4j.internal.device.StackCheck;
import org.ascend4j.internal.engine.EncoderEngine;
import org.ascend4j.internal.gguf.Checkpoint;
import org.ascend4j.internal.model.Encoder;
import org.ascend4j.internal.model.EncoderPlan;
import org.ascend4j.internal.pretrained.ModelSource;
import org.ascend4j.internal.pretrained.SentenceSettings;
import org.ascend4j.internal.text.Tokenizer;
import org.ascend4j.internal.weight.WeightFormats;

/**
 * What opening a model for vectors or scores gives.
 *
 * @param contextLength most tokens of one text, markers included
 * @param width values of a vector
 * @param loadNanos how long it took
 */
record OpenedEncoder(
        EncoderEngine engine,
        EncoderPlan plan,
        Tokenizer tokenizer,
        SentenceSettings settings,
        StackCheck.Result stack,
        String name,
        int contextLength,
        int width,
        DeviceInfo device,
        long loadNanos) {
    private record Facts(int width, DeviceInfo device) {}

    /** What the guard says of the host. */
    Verdict verdict() {
        return stack.verdict();
    }

    /** Opens a model: file header, vocabulary, guard, device, weights. */
    static OpenedEncoder open(
            ModelSource source, Function<Checkpoint, EncoderPlan> planner, LlmOptions options, LoadProgress progress) {
        long start = System.nanoTime();
        source.requireKnownQuantization();
        Checkpoint file = source.checkpoint();
        EncoderPlan plan = planner.apply(file);
        WeightFormats.requireSupported(file);
        SentenceSettings settings = source.sentenceSettings();
        int context = contextLength(options, plan, settings);
        Tokenizer tokenizer = tokenizer(source, plan);
        if (context <= tokenizer.withBosEos(new int[0]).length) {
            throw new InvalidRequestException(
                    "context-length", "found " + context + " tokens, which leaves no room for text beside the markers");
        }
        DeviceChoice choice = options.device();
        StackCheck.Result stack =
                StackCheck.run(StackCheck.Wish.valueOf(choice.kind().name()), choice.index(), options.guard());
        EncoderEngine.Opened<Facts> opened = EncoderEngine.open(
                () -> encoder(file, plan, stack, options, context, progress),
                new EncoderEngine.Settings(
                        options.maxBatchTokens(), options.scheduling().maxQueuedRequests(), options.stepTimeout()),
                OpenedEncoder::facts);
        return new OpenedEncoder(
                opened.engine(),
                plan,
                tokenizer,
                settings,
                stack,
                source.name(),
                context,
                opened.facts().width(),
                opened.facts().device(),
                System.nanoTime() - start);
    }

    private static int contextLength(LlmOptions options, EncoderPlan plan, SentenceSettings settings) {
        int most = ModelLoader.contextLength(options, plan.config());
        return options.contextLength() > 0
                ? most
                : Math.min(most, settings.maxTokens().orElse(most));
    }

    private static Tokenizer tokenizer(ModelSource source, EncoderPlan plan) {
        Tokenizer tokenizer = source.tokenizer();
        int rows = plan.config().vocabularySize();
        if (tokenizer.vocabularySize() > rows) {
            throw new ModelFormatException(source.checkpoint().path() + ": tokenizer: found "
                    + tokenizer.vocabularySize() + " tokens, expected at most " + rows
                    + ", the rows of token_embd.weight");
        }
        return tokenizer;
    }

    private static Encoder encoder(
            Checkpoint file,
            EncoderPlan plan,
            StackCheck.Result stack,
            LlmOptions options,
            int context,
            LoadProgress progress) {
        long total = ModelLoader.storedBytes(file);
        Encoder.Settings settings = new Encoder.Settings(
                ModelLoader.dataType(options.dtype()),
                options.precision() == Precision.FAST,
                ModelLoader.threads(options),
                context);
        return ModelLoader.placed(() -> Encoder.open(
                file,
                plan,
                () -> DeviceSession.open(stack.device(), options.threads(), options.stepTimeout()),
                settings,
                loaded -> progress.loaded(loaded, total)));
    }

    private static Facts facts(Encoder encoder) {
        DeviceSession session = encoder.session();
        return new Facts(
                encoder.width(),
                new DeviceInfo(session.name(), session.soc(), session.library(), session.cannVersion()));
    }

    /** The ids of a text without any markers; markers that a user writes are text. */
    int[] ids(String text) {
        String prepared = settings.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
        return tokenizer.encode(prepared, false);
    }
}
