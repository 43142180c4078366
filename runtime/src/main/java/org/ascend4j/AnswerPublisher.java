package org.ascend4j;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.function.Function;

/**
 * An answer as a reactive stream. It is cold: each subscriber gets an answer of its own, generated from its subscription
 * on.
 */
final class AnswerPublisher implements Flow.Publisher<AnswerPiece> {
    private final Executor executor;
    private final Function<AnswerSubscription, Runnable> request;

    /**
     * @param executor calls subscribers
     * @param request prepares the request of a subscription; what it gives starts it
     */
    AnswerPublisher(Executor executor, Function<AnswerSubscription, Runnable> request) {
        this.executor = executor;
        this.request = request;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super AnswerPiece> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        AnswerSubscription subscription = new AnswerSubscription(subscriber, executor);
        Runnable start = request.apply(subscription);
        subscriber.onSubscribe(subscription);
        subscription.begin(start);
    }
}
