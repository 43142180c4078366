package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.ascend4j.internal.serve.ApiError;

/**
 * An answer in one chunk.
 *
 * @param <T> what the engine gives for each of the parts that the request asks for
 */
final class WholeBytes<T> extends AnswerBytes {
    /** Turns what the engine gives into the body. */
    interface Form<T> {
        byte[] body(List<T> parts) throws ApiError;
    }

    private final Output output;
    private final List<CompletableFuture<T>> parts;
    private final CompletableFuture<Void> all;
    private final Form<T> form;
    private final Function<Throwable, ApiError> errors;
    private boolean ended;

    WholeBytes(
            Input input,
            Output output,
            List<CompletableFuture<T>> parts,
            Form<T> form,
            Function<Throwable, ApiError> errors) {
        super(input);
        this.output = output;
        this.parts = parts;
        this.all = CompletableFuture.allOf(parts.toArray(new CompletableFuture<?>[0]));
        this.form = form;
        this.errors = errors;
    }

    @Override
    byte[] await(long nanos) throws InterruptedException {
        if (ended) {
            return null;
        }
        try {
            all.get(nanos, TimeUnit.NANOSECONDS);
            byte[] body = form.body(parts.stream().map(CompletableFuture::join).toList());
            ended = true;
            return body;
        } catch (TimeoutException notYet) {
            return null;
        } catch (ExecutionException | CancellationException | ApiError failed) {
            ended = true;
            cancel();
            return ErrorOutput.set(output, errors.apply(failed));
        }
    }

    @Override
    boolean ended() {
        return ended;
    }

    @Override
    void cancel() {
        parts.forEach(part -> part.cancel(false));
    }
}
