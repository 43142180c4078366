package org.ascend4j.internal.cli;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.ascend4j.Completion;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.openai.RequestBody;
import org.ascend4j.internal.openai.ResponseJson;

/**
 * Lines of a batch's output, in OpenAI's shape: either {@code response} or {@code error} is null. A line of the input
 * that has no usable name is known by {@code error.line}, its number from 1.
 */
final class BatchAnswer {
    private static final int DONE = 200;

    private BatchAnswer() {}

    /** A finished request; {@code answers} are all copies of the first prompt, then those of the next. */
    static byte[] of(String customId, RequestBody asked, List<Completion> answers, Session session) {
        return line(customId, json -> {
            json.writeObjectFieldStart("response");
            json.writeNumberField("status_code", DONE);
            json.writeStringField("request_id", "req_" + random());
            json.writeFieldName("body");
            ResponseJson.writeAnswer(
                    json, ResponseJson.newId(asked.kind()), asked, answers, session.modelName(), session::tokenBytes);
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

    private static byte[] line(String customId, ResponseJson.Content content) {
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("id", "batch_req_" + random());
            json.writeStringField("custom_id", customId);
            content.write(json);
            json.writeEndObject();
            json.writeRaw('\n');
        });
    }

    /** What a line holds may be half of a surrogate pair, which UTF-8 cannot carry. */
    private static String valid(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }

    private static String random() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
