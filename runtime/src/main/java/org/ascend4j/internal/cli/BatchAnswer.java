package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.ascend4j.Completion;
import org.ascend4j.error.InvalidRequestException;

/**
 * Lines of a batch's output, in OpenAI's shape: either {@code response} or {@code error} is null. A line of the input
 * that has no usable name is known by {@code error.line}, its number from 1.
 */
final class BatchAnswer {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int DONE = 200;

    private BatchAnswer() {}

    /** A finished request; {@code answers} are all copies of the first prompt, then those of the next. */
    static byte[] of(String customId, BatchBody asked, List<Completion> answers, String model) {
        return line(customId, json -> {
            json.writeObjectFieldStart("response");
            json.writeNumberField("status_code", DONE);
            json.writeStringField("request_id", "req_" + random());
            json.writeObjectFieldStart("body");
            boolean chat = asked.kind() == BatchLine.Kind.CHAT;
            json.writeStringField("id", (chat ? "chatcmpl-" : "cmpl-") + random());
            json.writeStringField("object", chat ? "chat.completion" : "text_completion");
            json.writeNumberField("created", System.currentTimeMillis() / 1000);
            json.writeStringField("model", model);
            json.writeArrayFieldStart("choices");
            for (int i = 0; i < answers.size(); i++) {
                writeChoice(json, i, answers.get(i), chat);
            }
            json.writeEndArray();
            writeUsage(json, asked, answers);
            json.writeEndObject();
            json.writeEndObject();
            json.writeNullField("error");
        });
    }

    /** @param customId null if the line has none that can be used */
    static byte[] error(String customId, int number, InvalidRequestException wrong) {
        return line(customId, json -> {
            json.writeNullField("response");
            json.writeObjectFieldStart("error");
            json.writeStringField("code", "invalid_request");
            json.writeStringField("message", valid(wrong.getMessage()));
            json.writeStringField("param", valid(wrong.field()));
            json.writeNumberField("line", number);
            json.writeEndObject();
        });
    }

    private static void writeChoice(JsonGenerator json, int index, Completion answer, boolean chat) throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", index);
        if (chat) {
            json.writeObjectFieldStart("message");
            json.writeStringField("role", "assistant");
            json.writeStringField("content", answer.text());
            json.writeNullField("refusal");
            json.writeEndObject();
        } else {
            json.writeStringField("text", answer.text());
        }
        json.writeNullField("logprobs");
        json.writeStringField("finish_reason", answer.finishReason().toString());
        json.writeEndObject();
    }

    /** A prompt counts once however many answers it has. */
    private static void writeUsage(JsonGenerator json, BatchBody asked, List<Completion> answers) throws IOException {
        long prompt = 0;
        long generated = 0;
        for (int i = 0; i < answers.size(); i++) {
            prompt += i % asked.copies() == 0 ? answers.get(i).promptTokens().length : 0;
            generated += answers.get(i).tokens().length;
        }
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", prompt);
        json.writeNumberField("completion_tokens", generated);
        json.writeNumberField("total_tokens", prompt + generated);
        json.writeEndObject();
    }

    private interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    private static byte[] line(String customId, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("id", "batch_req_" + random());
            json.writeStringField("custom_id", customId);
            content.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** What a line holds may be half of a surrogate pair, which UTF-8 cannot carry. */
    private static String valid(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
