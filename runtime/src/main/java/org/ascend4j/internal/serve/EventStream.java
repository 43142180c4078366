package org.ascend4j.internal.serve;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.ascend4j.AnswerPiece;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.openai.RequestBody;

/**
 * Sends answers as server-sent events while they are generated. Everything happens on the thread of the request, which
 * works off a queue: the library hands in the work of making text, the watch that the client has gone. So a client that
 * reads slowly holds up nothing but this thread; what it does not read waits in the library's buffer, within its bounds.
 */
final class EventStream {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] KEEP_ALIVE = ": waiting\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final long QUIET_SECONDS = 15;

    private final Llm llm;
    private final Exchange exchange;
    private final RequestBody body;
    private final GenerationOptions options;
    private final ChunkJson chunks;
    private final LinkedBlockingQueue<Runnable> work = new LinkedBlockingQueue<>();
    private final AnswerSet answers = new AnswerSet(this::piece);
    private final Pending pending = new Pending();
    private long generated;
    private boolean gone;

    EventStream(Llm llm, String model, Exchange exchange, RequestBody body, GenerationOptions options) {
        this.llm = llm;
        this.exchange = exchange;
        this.body = body;
        this.options = options;
        this.chunks = new ChunkJson(body, model, llm::tokenBytes);
    }

    /** What is to be sent; grown once and used again. */
    private static final class Pending extends ByteArrayOutputStream {
        byte[] array() {
            return buf;
        }
    }

    /** @throws ApiError if it failed before anything was sent */
    void run() throws IOException, ApiError {
        try {
            start();
            exchange.onGone(() -> work.add(() -> gone = true));
            while (answers.running() && !gone) {
                turn();
            }
            if (!gone) {
                end();
            }
        } catch (InterruptedException ended) {
            throw ApiError.draining();
        } finally {
            answers.cancel();
        }
    }

    private void start() {
        List<Flow.Publisher<AnswerPiece>> publishers = new ArrayList<>();
        for (Prompt prompt : body.prompts()) {
            for (int copy = 0; copy < body.copies(); copy++) {
                GenerationOptions each = options.seed() == null ? options : options.withSeed(options.seed() + copy);
                publishers.add(llm.publish(prompt, each, work::add));
            }
        }
        answers.subscribe(publishers);
    }

    private void piece(int index, AnswerPiece piece) {
        generated += piece.tokens().length;
        chunks.piece(pending, index, piece);
    }

    /** Waits for work, does all there is and sends what came of it. */
    private void turn() throws IOException, InterruptedException {
        Runnable task = work.poll(QUIET_SECONDS, TimeUnit.SECONDS);
        if (task == null && exchange.begun()) {
            pending.writeBytes(KEEP_ALIVE);
        }
        for (; task != null; task = work.poll()) {
            task.run();
        }
        flush();
    }

    private void flush() throws IOException {
        if (pending.size() == 0 || gone) {
            return;
        }
        if (!exchange.begun()) {
            exchange.beginEvents();
        }
        exchange.push(pending.array(), pending.size());
        pending.reset();
    }

    private void end() throws IOException, ApiError {
        Throwable failure = answers.failure();
        if (failure != null) {
            InvalidRequestException wrong = failure instanceof InvalidRequestException invalid ? invalid : null;
            ApiError error = ApiError.of(wrong == null ? failure : body.respelled(wrong));
            if (!exchange.begun() && pending.size() == 0) {
                throw error;
            }
            chunks.event(pending, error.toJson());
        } else {
            long prompt = promptTokens();
            exchange.counts(prompt, generated);
            if (body.streamUsage()) {
                chunks.usage(pending, prompt, generated);
            }
        }
        pending.writeBytes(DONE);
        flush();
    }

    private long promptTokens() {
        return body.prompts().stream()
                .mapToLong(prompt -> llm.encode(prompt).length)
                .sum();
    }
}
