package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.SlowConsumerException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.schedule.FinishReason;
import org.junit.jupiter.api.Test;

/** Fed by hand in place of the engine. */
class TokenStreamTest {
    private final ModelTokenizer tokenizer = ModelTokenizer.open(TinyModels.path("q8_0"));
    private final AtomicInteger cancels = new AtomicInteger();
    private final TokenStream stream = new TokenStream(
            tokenizer.tokenizer(),
            EncodedPrompt.plain(1, 2),
            GenerationOptions.defaults(),
            new Streaming(40, Duration.ofMillis(200)),
            reason -> cancels.incrementAndGet());
    private final TokenSink sink = stream.sink();

    @Test
    void givesACharacterOfSeveralTokensWithItsLast() {
        int[] ids = tokenizer.encode("a\uD83D\uDE00", false);
        assertThat(ids.length).as("the vocabulary has no such character").isGreaterThan(2);
        for (int id : ids) {
            sink.token(id);
        }
        sink.finished(FinishReason.LENGTH);
        List<String> texts = new ArrayList<>();
        stream.forEachRemaining(piece -> texts.add(piece.text()));
        assertThat(texts).as("a piece for each token, and the last").hasSize(ids.length + 1);
        assertThat(texts.get(0)).isEqualTo("a");
        assertThat(texts.subList(1, ids.length - 1)).containsOnly("");
        assertThat(texts.get(ids.length - 1)).isEqualTo("\uD83D\uDE00");
        assertThat(texts.get(ids.length)).isEmpty();
    }

    @Test
    void marksACharacterThatNeverBecameWhole() {
        int[] ids = tokenizer.encode("\uD83D\uDE00", false);
        for (int i = 0; i < ids.length - 1; i++) {
            sink.token(ids[i]);
        }
        sink.finished(FinishReason.LENGTH);
        AnswerPiece last = null;
        while (stream.hasNext()) {
            last = stream.next();
        }
        assertThat(last).isEqualTo(new AnswerPiece(new int[0], "\uFFFD", org.ascend4j.FinishReason.LENGTH));
        assertThat(stream.completion().text()).isEqualTo("\uFFFD");
        assertThat(stream.completion().tokens()).hasSize(ids.length - 1);
    }

    @Test
    void givesAnAnswerWithoutTokens() {
        sink.finished(FinishReason.CANCELLED);
        Completion completion = stream.completion();
        assertThat(completion.text()).isEmpty();
        assertThat(completion.tokens()).isEmpty();
        assertThat(completion.promptTokens()).containsExactly(1, 2);
        assertThat(completion.timeToFirstTokenNanos()).isZero();
        assertThat(completion.decodeTokensPerSecond()).isZero();
    }

    @Test
    void givesTheTokensBeforeAFailureAndThenTheFailureEachTime() {
        AscendException cause = new AscendException("device lost");
        sink.token(300);
        sink.failed(cause);
        assertThat(stream.next().tokens()).containsExactly(300);
        assertThatThrownBy(stream::hasNext).isSameAs(cause);
        assertThatThrownBy(stream::next).isSameAs(cause);
        assertThatThrownBy(stream::completion).isSameAs(cause);
        stream.close();
        assertThat(cancels).as("nothing is left to cancel").hasValue(0);
    }

    @Test
    void cancelsWhenClosedBeforeItsEndOnly() {
        sink.token(300);
        stream.next();
        stream.close();
        assertThat(cancels).hasValue(1);
        sink.finished(FinishReason.CANCELLED);
        stream.completion();
        stream.close();
        assertThat(cancels).hasValue(1);
    }

    @Test
    void givesALaggingReaderAllThatWaitsInOnePiece() {
        for (int i = 0; i < 30; i++) {
            sink.token(300 + i);
        }
        sink.finished(FinishReason.LENGTH);
        AnswerPiece piece = stream.next();
        assertThat(piece.tokens()).hasSize(30);
        assertThat(piece.last()).isFalse();
        assertThat(stream.next().last()).isTrue();
        assertThat(stream.completion().text()).isEqualTo(piece.text());
        assertThat(stream.completion().tokens()).isEqualTo(piece.tokens());
    }

    @Test
    void cutsOffAReaderForWhomTooManyTokensWait() {
        for (int i = 0; i < 60; i++) {
            sink.token(300);
        }
        sink.finished(FinishReason.CANCELLED);
        assertThat(cancels).as("the request is ended once").hasValue(1);
        assertThat(stream.next().tokens()).as("what was buffered").hasSize(40);
        assertThatThrownBy(stream::next)
                .isInstanceOf(SlowConsumerException.class)
                .hasMessageContaining("40 tokens wait")
                .hasMessageContaining("stream-buffer");
    }

    @Test
    void cutsOffAReaderThatStalls() throws InterruptedException {
        sink.token(300);
        sink.token(300);
        assertThat(cancels).hasValue(0);
        Thread.sleep(220);
        sink.token(300);
        assertThat(cancels).hasValue(1);
        assertThat(stream.next().tokens()).hasSize(1);
        assertThat(stream.next().tokens()).hasSize(1);
        assertThatThrownBy(stream::next)
                .isInstanceOf(SlowConsumerException.class)
                .hasMessageContaining("stream-stall");
    }

    @Test
    void lendsAReaderThatKeepsUpAsLongAsItLikes() {
        for (int i = 0; i < 500; i++) {
            sink.token(300);
            assertThat(stream.next().tokens()).hasSize(1);
        }
        sink.finished(FinishReason.LENGTH);
        assertThat(stream.completion().tokens()).hasSize(500);
        assertThat(cancels).hasValue(0);
    }

    @Test
    void wakesAReaderThatWaits() throws Exception {
        CompletableFuture<Completion> reading = CompletableFuture.supplyAsync(stream::completion);
        for (int i = 0; i < 20; i++) {
            Thread.sleep(2);
            sink.token(300);
        }
        sink.finished(FinishReason.STOP);
        assertThat(reading.get(20, TimeUnit.SECONDS).tokens()).hasSize(20);
    }

    @Test
    void protectsItsArrays() {
        sink.token(300);
        sink.finished(FinishReason.STOP);
        Completion completion = stream.completion();
        completion.tokens()[0] = 5;
        completion.promptTokens()[0] = 5;
        assertThat(completion.tokens()).containsExactly(300);
        assertThat(completion.promptTokens()).containsExactly(1, 2);
    }
}
