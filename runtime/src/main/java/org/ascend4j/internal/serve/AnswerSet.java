package org.ascend4j.internal.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.ascend4j.AnswerPiece;

/**
 * The answers to one request as they come, until all have ended or one has failed. Used where the publishers do their work,
 * on one thread.
 */
public final class AnswerSet {
    /** Who wants the pieces. */
    public interface Reader {
        /** A piece of the answer {@code index}. */
        void piece(int index, AnswerPiece piece);
    }

    private final Reader reader;
    private final List<Choice> choices = new ArrayList<>();
    private int open;
    private Throwable failure;

    public AnswerSet(Reader reader) {
        this.reader = reader;
    }

    /** Starts the answers. */
    public void subscribe(List<Flow.Publisher<AnswerPiece>> publishers) {
        open = publishers.size();
        for (int i = 0; i < publishers.size(); i++) {
            Choice choice = new Choice(i);
            choices.add(choice);
            publishers.get(i).subscribe(choice);
        }
    }

    /** Whether more is to come. */
    public boolean running() {
        return open > 0 && failure == null;
    }

    /** What failed first; null as long as nothing has. */
    public Throwable failure() {
        return failure;
    }

    /** Ends all answers; idempotent. */
    public void cancel() {
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
            reader.piece(index, piece);
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
