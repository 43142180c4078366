package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.ascend4j.AnswerPiece;
import org.ascend4j.internal.serve.AnswerSet;
import org.ascend4j.internal.serve.ApiError;

/**
 * An answer in chunks as it is generated. The library hands the work of making text to whoever reads, through a queue: it
 * takes no thread of its own, and what is not read waits in the library's buffer, within its bounds.
 */
final class StreamedBytes extends AnswerBytes {
    /** What the chunks look like. */
    interface Form {
        /** Writes what a piece of an answer makes known, possibly nothing. */
        void piece(ByteArrayOutputStream out, int index, AnswerPiece piece);

        /** Writes what follows the last piece of all answers. */
        void end(ByteArrayOutputStream out);

        /**
         * Writes that the answer broke off.
         *
         * @throws IllegalStateException if the form has no words for it, and breaking off has to do
         */
        void error(ByteArrayOutputStream out, ApiError error);
    }

    private final Output output;
    private final Form form;
    private final Function<Throwable, ApiError> errors;
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private final AnswerSet answers;
    private boolean begun;
    private boolean cancelled;
    private boolean ended;

    StreamedBytes(Input input, Output output, Form form, Function<Throwable, ApiError> errors) {
        super(input);
        this.output = output;
        this.form = form;
        this.errors = errors;
        this.answers = new AnswerSet((index, piece) -> form.piece(pending, index, piece));
    }

    /** Where publishers have to do their work. */
    Executor executor() {
        return work::add;
    }

    /** Starts the answers. */
    void subscribe(List<Flow.Publisher<AnswerPiece>> publishers) {
        answers.subscribe(publishers);
    }

    @Override
    byte[] await(long nanos) throws InterruptedException {
        if (ended) {
            return null;
        }
        if (!cancelled && answers.running()) {
            Runnable task = work.poll(nanos, TimeUnit.NANOSECONDS);
            for (; task != null; task = work.poll()) {
                task.run();
            }
        }
        if (cancelled) {
            ended = true;
            return gone();
        }
        if (answers.failure() != null) {
            ended = true;
            return fail(errors.apply(answers.failure()));
        }
        if (!answers.running()) {
            ended = true;
            form.end(pending);
        } else if (pending.size() == 0) {
            return null;
        }
        return taken();
    }

    private byte[] taken() {
        begun = true;
        byte[] chunk = pending.toByteArray();
        pending.reset();
        return chunk;
    }

    private byte[] gone() {
        return begun ? new byte[0] : ErrorOutput.set(output, ApiError.gone());
    }

    private byte[] fail(ApiError error) {
        answers.cancel();
        if (!begun && pending.size() == 0) {
            return ErrorOutput.set(output, error);
        }
        form.error(pending, error);
        return taken();
    }

    @Override
    boolean ended() {
        return ended;
    }

    @Override
    void cancel() {
        cancelled = true;
        answers.cancel();
    }
}
