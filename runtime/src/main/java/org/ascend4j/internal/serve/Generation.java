package org.ascend4j.internal.serve;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.ascend4j.Completion;
import org.ascend4j.FinishReason;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.openai.RequestBody;
import org.ascend4j.internal.openai.RequestJson;
import org.ascend4j.internal.openai.RequestKind;
import org.ascend4j.internal.openai.ResponseJson;

/** Answers prompts, whole or while they are generated. Thread-safe. */
final class Generation {
    private final Llm llm;
    private final ServerOptions options;

    Generation(Llm llm, ServerOptions options) {
        this.llm = llm;
        this.options = options;
    }

    void answer(Exchange exchange, RequestKind kind, byte[] content) throws IOException, ApiError {
        RequestBody body = RequestBody.read(kind, RequestJson.object(content, "body"));
        requireModel(body.model(), options.model());
        GenerationOptions each = body.options();
        if (!options.timeout().isZero()) {
            each = each.withDeadline(options.timeout());
        }
        try {
            if (body.stream()) {
                new EventStream(llm, options.model(), exchange, body, each).run();
            } else {
                whole(exchange, body, each);
            }
        } catch (InvalidRequestException wrong) {
            throw ApiError.of(body.respelled(wrong));
        }
    }

    /** @param asked empty if the request names none */
    static void requireModel(String asked, String served) throws ApiError {
        if (!asked.isEmpty() && !asked.equals(served)) {
            throw ApiError.request(
                    404,
                    "model_not_found",
                    "model",
                    "model: found '" + RequestJson.shortened(asked) + "', expected '" + served + "'");
        }
    }

    private void whole(Exchange exchange, RequestBody body, GenerationOptions each) throws IOException, ApiError {
        List<CompletableFuture<List<Completion>>> parts = new ArrayList<>();
        List<Completion> answers = new ArrayList<>();
        try {
            for (Prompt prompt : body.prompts()) {
                parts.add(llm.generateAllAsync(prompt, each.withN(body.copies())));
            }
            exchange.onGone(() -> parts.forEach(part -> part.cancel(false)));
            for (CompletableFuture<List<Completion>> part : parts) {
                answers.addAll(await(part, body));
            }
        } catch (CancellationException gone) {
            return;
        } finally {
            // Of no effect on those that have ended.
            parts.forEach(part -> part.cancel(false));
        }
        long prompt = ResponseJson.promptTokens(body, answers);
        exchange.counts(prompt, ResponseJson.generatedTokens(answers));
        requireEnded(answers);
        exchange.send(
                200,
                "application/json",
                ResponseJson.bytes(json -> ResponseJson.writeAnswer(
                        json, ResponseJson.newId(body.kind()), body, answers, options.model(), llm::tokenBytes)));
    }

    private static List<Completion> await(CompletableFuture<List<Completion>> part, RequestBody body) throws ApiError {
        try {
            return part.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof InvalidRequestException wrong) {
                throw ApiError.of(body.respelled(wrong));
            }
            throw ApiError.of(failed);
        } catch (InterruptedException ended) {
            throw ApiError.draining();
        }
    }

    private static void requireEnded(List<Completion> answers) throws ApiError {
        for (Completion answer : answers) {
            requireEnded(answer.finishReason());
        }
    }

    /** An answer that was broken off is no answer. */
    static void requireEnded(FinishReason reason) throws ApiError {
        if (reason == FinishReason.DEADLINE) {
            throw ApiError.timeout();
        }
        if (reason == FinishReason.CANCELLED) {
            throw ApiError.draining();
        }
    }
}
