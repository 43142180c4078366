package org.ascend4j;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.text.Tokenizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber's answer. Keeps the rules of reactive streams: calls come one at a time, no piece without demand, nothing
 * after the end or a cancel. Text is decoded on the executor that calls the subscriber.
 */
final class AnswerSubscription implements Flow.Subscription {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerSubscription.class);

    private final Flow.Subscriber<? super AnswerPiece> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private final SerialTask delivery;
    private AnswerBuffer buffer;
    private AnswerReader reader;
    private Consumer<FinishReason> end;
    private volatile Throwable failure;
    private volatile boolean begun;
    private volatile boolean over;

    AnswerSubscription(Flow.Subscriber<? super AnswerPiece> subscriber, Executor executor) {
        this.subscriber = subscriber;
        this.delivery = new SerialTask(executor, this::deliver, this::cancel);
    }

    /** Where its tokens go. */
    TokenSink connect(
            Tokenizer tokenizer,
            EncodedPrompt prompt,
            GenerationOptions options,
            Streaming limits,
            Consumer<FinishReason> ending) {
        end = ending;
        buffer = new AnswerBuffer(limits, this::cancelRequest, ended -> delivery.call());
        reader = new AnswerReader(buffer, tokenizer, prompt, options, ending);
        return buffer;
    }

    /** The subscriber has its subscription: from now on it may be called, and the request may start. */
    void begin(Runnable start) {
        begun = true;
        if (!over && failure == null) {
            try {
                start.run();
            } catch (RuntimeException e) {
                failure = e;
            }
        }
        if (over || failure != null) {
            cancelRequest(); // a cancel may have come before the request
        }
        delivery.call();
    }

    @Override
    public void request(long count) {
        if (count <= 0) {
            failure = new IllegalArgumentException("found a demand of " + count + ", expected 1 or more");
            cancelRequest();
        } else {
            demand.accumulateAndGet(count, (now, more) -> now + more < 0 ? Long.MAX_VALUE : now + more);
        }
        delivery.call();
    }

    @Override
    public void cancel() {
        if (!over) {
            over = true;
            cancelRequest();
        }
    }

    private void cancelRequest() {
        end.accept(FinishReason.CANCELLED);
    }

    private void deliver() {
        try {
            while (begun && !over && failure == null && demand.get() > 0) {
                AnswerPiece piece = reader.poll();
                if (piece == null) {
                    return;
                }
                give(piece);
            }
        } catch (RuntimeException e) {
            failure = e;
        }
        // An error needs no demand: what has not been asked for by then is dropped.
        Throwable cause = failure == null ? buffer.failure() : failure;
        if (begun && !over && cause != null) {
            over = true;
            cancelRequest();
            tell(cause);
        }
    }

    private void give(AnswerPiece piece) {
        if (demand.get() != Long.MAX_VALUE) {
            demand.decrementAndGet();
        }
        try {
            subscriber.onNext(piece);
            if (piece.last() && !over) {
                over = true;
                subscriber.onComplete();
            }
        } catch (Throwable e) {
            // A subscriber that throws has broken the rules; all that can be done is to end its answer.
            LOG.warn("a subscriber failed; its answer is ended: {}", e.toString(), e);
            cancel();
        }
    }

    private void tell(Throwable cause) {
        try {
            subscriber.onError(cause);
        } catch (Throwable e) {
            LOG.warn("a subscriber failed when told of an error: {}", e.toString(), e);
        }
    }
}
