package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.ascend4j.AnswerPiece;
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
    private final List<Choice> choices = new ArrayList<>();
    private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
    private int open;
    private boolean begun;
    private boolean cancelled;
    private boolean ended;
    private Throwable failure;

    StreamedBytes(Input input, Output output, Form form, Function<Throwable, ApiError> errors) {
        super(input);
        this.output = output;
        this.form = form;
        this.errors = errors;
    }

    /** Where publishers have to do their work. */
    Executor executor() {
        return work::add;
    }

    /** Starts the answers. */
    void subscribe(List<Flow.Publisher<AnswerPiece>> publishers) {
        open = publishers.size();
        for (int i = 0; i < publishers.size(); i++) {
            Choice choice = new Choice(i);
            choices.add(choice);
            publishers.get(i).subscribe(choice);
        }
    }

    @Override
    byte[] await(long nanos) throws InterruptedException {
        if (ended) {
            return null;
        }
        if (!cancelled && open > 0 && failure == null) {
            Runnable task = work.poll(nanos, TimeUnit.NANOSECONDS);
            for (; task != null; task = work.poll()) {
                task.run();
            }
        }
        if (cancelled) {
            ended = true;
            return gone();
        }
        if (failure != null) {
            ended = true;
            return fail(errors.apply(failure));
        }
        if (open == 0) {
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
        cancelAll();
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
        cancelAll();
    }

    private void cancelAll() {
        choices.forEach(Choice::cancel);
    }

    /** One answer. */
    private final class Choice implements Flow.Subscriber<AnswerPiece> {
        private final int index;
        private Flow.Subscription subscription;

        Choice(int index) {
            this.index = index;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(AnswerPiece piece) {
            if (piece.last()) {
                try {
                    ApiError.requireEnded(piece.finishReason());
                } catch (ApiError broken) {
                    onError(broken);
                    return;
                }
            }
            form.piece(pending, index, piece);
        }

        @Override
        public void onError(Throwable thrown) {
            failure = failure == null ? thrown : failure;
        }

        @Override
        public void onComplete() {
            open--;
        }

        void cancel() {
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }
}
