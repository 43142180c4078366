package org.ascend4j.internal.serve;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.ascend4j.Llm;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.openai.RequestBody;
import org.ascend4j.internal.openai.RequestFields;
import org.ascend4j.internal.openai.RequestJson;
import org.ascend4j.internal.openai.ResponseJson;

/** {@code /tokenize} and {@code /detokenize}, in vLLM's shapes. Thread-safe. */
final class TokenRequests {
    private static final Set<String> FIELDS = Set.of(
            "model",
            "prompt",
            "messages",
            "tools",
            "tool_choice",
            "chat_template_kwargs",
            "add_special_tokens",
            "return_token_strs");

    private final Llm llm;

    TokenRequests(Llm llm) {
        this.llm = llm;
    }

    /** A {@code prompt}, or {@code messages} as the chat template puts them. */
    byte[] tokenize(byte[] content) {
        JsonNode body = RequestJson.object(content, "body");
        RequestFields fields = new RequestFields(body, "");
        fields.refuseOthers(FIELDS);
        fields.text("model", "");
        boolean added = !fields.has("add_special_tokens") || fields.flag("add_special_tokens");
        int[] ids;
        if (fields.has("messages")) {
            if (fields.has("prompt")) {
                throw new InvalidRequestException("prompt", "found together with messages, expected one of them");
            }
            ids = llm.encode(RequestBody.chatPrompt(body));
        } else {
            String text = fields.text("prompt", null);
            ids = added ? llm.encode(Prompt.raw(text)) : llm.tokenize(text, true);
        }
        boolean names = fields.flag("return_token_strs");
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("count", ids.length);
            json.writeNumberField("max_model_len", llm.contextLength());
            json.writeFieldName("tokens");
            json.writeArray(ids, 0, ids.length);
            if (names) {
                json.writeArrayFieldStart("token_strs");
                for (int id : ids) {
                    json.writeString(new String(llm.tokenBytes(id), StandardCharsets.UTF_8));
                }
                json.writeEndArray();
            } else {
                json.writeNullField("token_strs");
            }
            json.writeEndObject();
        });
    }

    byte[] detokenize(byte[] content) {
        RequestFields fields = new RequestFields(RequestJson.object(content, "body"), "");
        fields.refuseOthers(Set.of("model", "tokens"));
        fields.text("model", "");
        if (!fields.has("tokens")) {
            throw fields.wrong("tokens", "an array of token ids");
        }
        int[] ids = fields.tokens("tokens").stream().mapToInt(Integer::intValue).toArray();
        String text = decode(ids);
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("prompt", text);
            json.writeEndObject();
        });
    }

    private String decode(int[] ids) {
        try {
            return llm.detokenize(ids);
        } catch (InvalidRequestException unknown) {
            throw new InvalidRequestException("tokens", "found an id that the vocabulary does not have");
        }
    }
}
