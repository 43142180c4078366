package org.ascend4j.internal.openai;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.ascend4j.Completion;
import org.ascend4j.ToolCall;

/** Answers in OpenAI's shapes. */
public final class ResponseJson {
    private static final JsonFactory JSON = new JsonFactory();

    private ResponseJson() {}

    /** Writes a part of JSON. */
    public interface Content {
        void write(JsonGenerator json) throws IOException;
    }

    /** The bytes of what is written. */
    public static byte[] bytes(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            content.write(json);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    /** A new name for an answer. */
    public static String newId(RequestKind kind) {
        return (kind == RequestKind.CHAT ? "chatcmpl-" : "cmpl-")
                + UUID.randomUUID().toString().replace("-", "");
    }

    /**
     * A whole answer.
     *
     * @param answers all copies for the first prompt, then those for the next
     * @param model the model's name
     */
    public static void writeAnswer(
            JsonGenerator json, String id, RequestBody asked, List<Completion> answers, String model, TokenNames tokens)
            throws IOException {
        boolean chat = asked.kind() == RequestKind.CHAT;
        json.writeStartObject();
        json.writeStringField("id", id);
        json.writeStringField("object", chat ? "chat.completion" : "text_completion");
        json.writeNumberField("created", System.currentTimeMillis() / 1000);
        json.writeStringField("model", model);
        json.writeArrayFieldStart("choices");
        for (int i = 0; i < answers.size(); i++) {
            writeChoice(json, i, answers.get(i), chat, tokens);
        }
        json.writeEndArray();
        writeUsage(json, promptTokens(asked, answers), generatedTokens(answers));
        json.writeEndObject();
    }

    private static void writeChoice(JsonGenerator json, int index, Completion answer, boolean chat, TokenNames tokens)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("index", index);
        if (chat) {
            json.writeObjectFieldStart("message");
            writeMessage(json, answer);
            json.writeEndObject();
        } else {
            json.writeStringField("text", answer.text());
        }
        new LogprobsJson(tokens).write(json, answer.logprobs(), chat);
        json.writeStringField("finish_reason", answer.finishReason().toString());
        json.writeEndObject();
    }

    private static void writeMessage(JsonGenerator json, Completion answer) throws IOException {
        json.writeStringField("role", "assistant");
        if (answer.text().isBlank() && !answer.toolCalls().isEmpty()) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", answer.text());
        }
        json.writeNullField("refusal");
        if (!answer.reasoning().isEmpty()) {
            json.writeStringField("reasoning_content", answer.reasoning());
        }
        if (!answer.toolCalls().isEmpty()) {
            json.writeArrayFieldStart("tool_calls");
            for (ToolCall call : answer.toolCalls()) {
                json.writeStartObject();
                writeCall(json, call);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** The fields of a call. */
    public static void writeCall(JsonGenerator json, ToolCall call) throws IOException {
        json.writeStringField("id", call.id());
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", call.name());
        json.writeStringField("arguments", call.arguments());
        json.writeEndObject();
    }

    /** A prompt counts once however many answers it has. */
    public static long promptTokens(RequestBody asked, List<Completion> answers) {
        long prompt = 0;
        for (int i = 0; i < answers.size(); i += asked.copies()) {
            prompt += answers.get(i).promptTokens().length;
        }
        return prompt;
    }

    /** What was generated, of all answers. */
    public static long generatedTokens(List<Completion> answers) {
        return answers.stream().mapToLong(answer -> answer.tokens().length).sum();
    }

    /** The field {@code usage}. */
    public static void writeUsage(JsonGenerator json, long prompt, long generated) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", prompt);
        json.writeNumberField("completion_tokens", generated);
        json.writeNumberField("total_tokens", prompt + generated);
        json.writeEndObject();
    }
}
