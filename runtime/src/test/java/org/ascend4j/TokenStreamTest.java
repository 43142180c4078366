package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.engine.TokenSink;
import org.ascend4j.internal.schedule.FinishReason;
import org.junit.jupiter.api.Test;

/** Fed by hand in place of the engine. */
class TokenStreamTest {
    private final ModelTokenizer tokenizer = ModelTokenizer.open(TinyModels.path("q8_0"));
    private final AtomicInteger cancels = new AtomicInteger();
    private final TokenStream stream = new TokenStream(
            tokenizer.tokenizer(), new int[] {1, 2}, GenerationOptions.defaults(), cancels::incrementAndGet);
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
        assertThat(texts).hasSize(ids.length);
        assertThat(texts.get(0)).isEqualTo("a");
        assertThat(texts.subList(1, ids.length - 1)).containsOnly("");
        assertThat(texts.get(ids.length - 1)).isEqualTo("\uD83D\uDE00");
    }

    @Test
    void marksACharacterThatNeverBecameWhole() {
        int[] ids = tokenizer.encode("\uD83D\uDE00", false);
        for (int i = 0; i < ids.length - 1; i++) {
            sink.token(ids[i]);
        }
        sink.finished(FinishReason.LENGTH);
        TokenStream.Piece last = null;
        while (stream.hasNext()) {
            last = stream.next();
        }
        assertThat(last).isEqualTo(new TokenStream.Piece(-1, "\uFFFD"));
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
        assertThat(stream.next().token()).isEqualTo(300);
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
