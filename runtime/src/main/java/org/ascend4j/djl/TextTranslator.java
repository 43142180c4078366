package org.ascend4j.djl;

import ai.djl.ndarray.NDList;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ascend4j.Completion;
import org.ascend4j.FinishReason;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Prompt;

/**
 * Answers questions. Those of one {@code batchPredict}, and of all predictors at the same time, go through the engine
 * together. Interrupting the waiting thread ends its requests.
 */
final class TextTranslator implements Translator<String, String> {
    private static final String ANSWERS = "answers";

    private final AscendModel model;
    private final GenerationOptions options;

    TextTranslator(AscendModel model, GenerationOptions options) {
        this.model = model;
        Duration timeout = model.requestTimeout();
        this.options = timeout.isZero() ? options : options.withDeadline(timeout);
    }

    /** Never asked to do anything: that there is one makes DJL hand over all inputs at once. */
    @Override
    public Batchifier getBatchifier() {
        return Batchifier.STACK;
    }

    @Override
    public NDList batchProcessInput(TranslatorContext context, List<String> inputs)
            throws TranslateException, InterruptedException {
        List<CompletableFuture<Completion>> futures = new ArrayList<>(inputs.size());
        try {
            for (String input : inputs) {
                futures.add(model.llm().generateAsync(Prompt.user(input), options));
            }
            List<String> answers = new ArrayList<>(futures.size());
            for (CompletableFuture<Completion> future : futures) {
                answers.add(text(future.get()));
            }
            context.setAttachment(ANSWERS, answers);
        } catch (ExecutionException | CancellationException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            throw new TranslateException(cause.getMessage(), cause);
        } finally {
            // Of no effect on those that have ended.
            futures.forEach(future -> future.cancel(false));
        }
        // Without arrays there is nothing for a block to do.
        return new NDList();
    }

    private static String text(Completion answer) throws TranslateException {
        if (answer.finishReason() == FinishReason.DEADLINE) {
            throw new TranslateException("the answer took longer than the option request-timeout allows");
        }
        return answer.text();
    }

    @Override
    @SuppressWarnings("unchecked") // put there above
    public List<String> batchProcessOutput(TranslatorContext context, NDList list) {
        return (List<String>) context.getAttachment(ANSWERS);
    }

    @Override
    public NDList processInput(TranslatorContext context, String input)
            throws TranslateException, InterruptedException {
        return batchProcessInput(context, List.of(input));
    }

    @Override
    public String processOutput(TranslatorContext context, NDList list) {
        return batchProcessOutput(context, list).get(0);
    }
}
