package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.ascend4j.AnswerPiece;
import org.ascend4j.Completion;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Llm;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.openai.RequestBody;
import org.ascend4j.internal.openai.RequestJson;
import org.ascend4j.internal.openai.RequestKind;
import org.ascend4j.internal.openai.ResponseJson;
import org.ascend4j.internal.serve.ApiError;

/**
 * Starts answers to what a server was sent: OpenAI's JSON, for a chat if it has {@code messages} and else for a completion,
 * or plain text, which is a question and streams plain text. The property {@code request-timeout} of an input, in seconds,
 * shortens the model's own. Thread-safe.
 */
final class TextRequests extends RequestHandler {
    private static final String TIMEOUT = "request-timeout";

    private final AscendModel model;
    private final GenerationOptions text;

    TextRequests(AscendModel model, GenerationOptions text) {
        this.model = model;
        this.text = text;
    }

    private Duration timeout(Input input) {
        Duration own = model.requestTimeout();
        String wanted = input.getProperty(TIMEOUT, "");
        if (wanted.isEmpty()) {
            return own;
        }
        Duration asked = ModelSettings.seconds(TIMEOUT, wanted);
        return own.isZero() || !asked.isZero() && asked.compareTo(own) < 0 ? asked : own;
    }

    private static GenerationOptions within(GenerationOptions options, Duration timeout) {
        return timeout.isZero() ? options : options.withDeadline(timeout);
    }

    @Override
    Output text(Input input, byte[] body) {
        Prompt question = Prompt.user(new String(body, StandardCharsets.UTF_8));
        Output output = output("text/plain; charset=utf-8");
        StreamedBytes bytes = new StreamedBytes(input, output, new TextForm(), RequestHandler::error);
        bytes.subscribe(List.of(model.llm().publish(question, within(text, timeout(input)), bytes.executor())));
        output.add(bytes);
        return output;
    }

    @Override
    Output json(Input input, byte[] content) {
        JsonNode json = RequestJson.object(content, "body");
        RequestBody body = RequestBody.read(json.has("messages") ? RequestKind.CHAT : RequestKind.COMPLETION, json);
        GenerationOptions options = within(body.options(), timeout(input));
        try {
            return body.stream() ? streamed(input, body, options) : whole(input, body, options);
        } catch (InvalidRequestException wrong) {
            throw body.respelled(wrong);
        }
    }

    private Output streamed(Input input, RequestBody body, GenerationOptions options) {
        Llm llm = model.llm();
        Output output = output("text/event-stream");
        StreamedBytes bytes = new StreamedBytes(
                input, output, new EventForm(llm, model.getName(), body), failure -> error(body, failure));
        List<Flow.Publisher<AnswerPiece>> publishers = new ArrayList<>();
        for (Prompt prompt : body.prompts()) {
            for (int copy = 0; copy < body.copies(); copy++) {
                GenerationOptions each = options.seed() == null ? options : options.withSeed(options.seed() + copy);
                publishers.add(llm.publish(prompt, each, bytes.executor()));
            }
        }
        bytes.subscribe(publishers);
        output.add(bytes);
        return output;
    }

    private Output whole(Input input, RequestBody body, GenerationOptions options) {
        Llm llm = model.llm();
        Output output = output("application/json");
        List<CompletableFuture<List<Completion>>> parts = new ArrayList<>();
        try {
            for (Prompt prompt : body.prompts()) {
                parts.add(llm.generateAllAsync(prompt, options.withN(body.copies())));
            }
        } catch (RuntimeException refused) {
            parts.forEach(part -> part.cancel(false));
            throw refused;
        }
        output.add(new WholeBytes<>(input, output, parts, all -> answer(body, all), failure -> error(body, failure)));
        return output;
    }

    private byte[] answer(RequestBody body, List<List<Completion>> parts) throws ApiError {
        List<Completion> answers = parts.stream().flatMap(List::stream).toList();
        for (Completion answer : answers) {
            ApiError.requireEnded(answer.finishReason());
        }
        return ResponseJson.bytes(json -> ResponseJson.writeAnswer(
                json, ResponseJson.newId(body.kind()), body, answers, model.getName(), model.llm()::tokenBytes));
    }

    private static ApiError error(RequestBody body, Throwable failure) {
        Throwable cause = cause(failure);
        return error(cause instanceof InvalidRequestException wrong ? body.respelled(wrong) : cause);
    }
}
