package org.ascend4j;

import java.util.List;
import java.util.function.Consumer;
import org.ascend4j.internal.text.Tokenizer;

/**
 * Makes pieces of text from a buffer's tokens, on the thread of whoever reads, and looks for stop strings. One thread at a
 * time.
 */
final class AnswerReader {
    /** With more tokens than this to be read, they come in one piece. */
    private static final int LAG = 16;

    private final AnswerBuffer buffer;
    private final AnswerRecord record;
    private final AnswerText text;
    private final AnswerParts parts;
    private final Consumer<FinishReason> end;
    private AnswerBuffer.Batch batch;
    private int at;
    private FinishReason finished;

    /** @param end ends the request early */
    AnswerReader(
            AnswerBuffer buffer,
            Tokenizer tokenizer,
            EncodedPrompt prompt,
            GenerationOptions options,
            Consumer<FinishReason> end) {
        this.buffer = buffer;
        this.record = new AnswerRecord(prompt.ids());
        this.text = new AnswerText(tokenizer, options, prompt.syntax());
        this.parts = new AnswerParts(prompt.syntax());
        this.end = end;
    }

    /**
     * The next piece; null if none has come yet, or the last one was given out.
     *
     * @throws org.ascend4j.error.AscendException what ended the answer
     */
    AnswerPiece poll() {
        while (finished == null) {
            if (batch == null || at == batch.count() && !batch.over()) {
                take();
                if (batch.count() == 0 && !batch.over()) {
                    return null;
                }
            } else if (at == batch.count()) {
                return end();
            } else if (stopped()) {
                at = batch.count();
            } else {
                return read();
            }
        }
        return null;
    }

    private void take() {
        batch = buffer.swap();
        at = 0;
        // What belongs to tokens behind a stop string is left out at the end.
        batch.logprobs().forEach(record::logprob);
        batch.promptLogprobs().forEach(record::promptLogprob);
    }

    private AnswerPiece read() {
        int left = batch.count() - at;
        int most = left > LAG ? left : 1;
        int from = at;
        while (at - from < most && !stopped()) {
            record.token(batch.id(at), batch.nanos(at));
            parts.accept(text.push(batch.id(at)));
            at++;
        }
        int[] tokens = new int[at - from];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = batch.id(from + i);
        }
        if (stopped()) {
            end.accept(FinishReason.STOP);
        }
        AnswerParts.Part part = parts.take();
        return new AnswerPiece(
                tokens, part.text(), null, record.lastLogprobs(tokens.length), part.reasoning(), part.calls());
    }

    private boolean stopped() {
        return text.stopped() || parts.satisfied();
    }

    private AnswerPiece end() {
        if (batch.failure() != null) {
            throw batch.failure();
        }
        parts.accept(text.finish());
        parts.finish();
        AnswerParts.Part rest = parts.take();
        finished = stopped() ? FinishReason.STOP : batch.finished();
        if (finished == FinishReason.STOP && !parts.calls().isEmpty()) {
            finished = FinishReason.TOOL_CALLS;
        }
        return new AnswerPiece(new int[0], rest.text(), finished, List.of(), rest.reasoning(), rest.calls());
    }

    /** Whether the last piece was given out. */
    boolean ended() {
        return finished != null;
    }

    /** The whole answer, after its last piece. */
    Completion completion() {
        return record.completion(parts, finished);
    }
}
