package org.ascend4j.internal.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.TokenLogprob;

/** The field {@code logprobs} of one answer or of its parts one after another. */
public final class LogprobsJson {
    private final TokenNames tokens;
    private int offset;

    public LogprobsJson(TokenNames tokens) {
        this.tokens = tokens;
    }

    /**
     * Writes the next tokens.
     *
     * @param logprobs none to write null
     */
    public void write(JsonGenerator json, List<TokenLogprob> logprobs, boolean chat) throws IOException {
        if (logprobs.isEmpty()) {
            json.writeNullField("logprobs");
            return;
        }
        json.writeObjectFieldStart("logprobs");
        if (chat) {
            writeChat(json, logprobs);
        } else {
            writeCompletion(json, logprobs);
        }
        json.writeEndObject();
    }

    private void writeChat(JsonGenerator json, List<TokenLogprob> logprobs) throws IOException {
        json.writeArrayFieldStart("content");
        for (TokenLogprob each : logprobs) {
            json.writeStartObject();
            writeToken(json, each.token(), each.logprob());
            json.writeArrayFieldStart("top_logprobs");
            for (Map.Entry<Integer, Double> top : each.top().entrySet()) {
                json.writeStartObject();
                writeToken(json, top.getKey(), top.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNullField("refusal");
    }

    private void writeToken(JsonGenerator json, int token, double logprob) throws IOException {
        byte[] bytes = tokens.bytes(token);
        json.writeStringField("token", new String(bytes, StandardCharsets.UTF_8));
        json.writeNumberField("logprob", finite(logprob));
        json.writeArrayFieldStart("bytes");
        for (byte each : bytes) {
            json.writeNumber(each & 0xff);
        }
        json.writeEndArray();
    }

    private void writeCompletion(JsonGenerator json, List<TokenLogprob> logprobs) throws IOException {
        json.writeArrayFieldStart("tokens");
        for (TokenLogprob each : logprobs) {
            json.writeString(text(each.token()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("token_logprobs");
        for (TokenLogprob each : logprobs) {
            json.writeNumber(finite(each.logprob()));
        }
        json.writeEndArray();
        json.writeArrayFieldStart("top_logprobs");
        for (TokenLogprob each : logprobs) {
            json.writeStartObject();
            // Parts of characters may look the same: the likelier one stays.
            Map<String, Double> named = new LinkedHashMap<>();
            each.top().forEach((token, logprob) -> named.putIfAbsent(text(token), finite(logprob)));
            for (Map.Entry<String, Double> top : named.entrySet()) {
                json.writeNumberField(top.getKey(), top.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("text_offset");
        for (TokenLogprob each : logprobs) {
            json.writeNumber(offset);
            offset += text(each.token()).length();
        }
        json.writeEndArray();
    }

    private String text(int token) {
        return new String(tokens.bytes(token), StandardCharsets.UTF_8);
    }

    /** JSON has no infinity; OpenAI says -9999 of what cannot come. */
    private static double finite(double logprob) {
        return Math.max(-9999, logprob);
    }
}
