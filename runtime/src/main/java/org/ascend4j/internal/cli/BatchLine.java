package org.ascend4j.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.openai.RequestJson;
import org.ascend4j.internal.openai.RequestKind;

/**
 * One line of a batch's input: an object with {@code custom_id}, {@code method}, {@code url} and {@code body}.
 *
 * @param customId the caller's name for the line
 * @param json the whole object
 */
record BatchLine(String customId, JsonNode json) {
    private static final int LONGEST_ID = 512;

    private static final Set<String> FIELDS = Set.of("custom_id", "method", "url", "body");

    /**
     * Reads a line as far as its name.
     *
     * @throws InvalidRequestException if it is no JSON object, or has no usable {@code custom_id}
     */
    static BatchLine read(JsonLines.Line line) {
        if (line.bytes() == null) {
            throw new InvalidRequestException("line", "longer than " + JsonLines.LONGEST + " bytes");
        }
        JsonNode json = RequestJson.object(line.bytes(), "line");
        JsonNode id = json.path("custom_id");
        if (!id.isTextual() || id.textValue().isEmpty()) {
            throw new InvalidRequestException("custom_id", "found " + RequestJson.describe(id) + ", expected a string");
        }
        String name = id.textValue();
        if (name.length() > LONGEST_ID) {
            throw new InvalidRequestException(
                    "custom_id", "found " + name.length() + " characters, expected at most " + LONGEST_ID);
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw new InvalidRequestException("custom_id", "found half of a surrogate pair, expected valid text");
        }
        return new BatchLine(name, json);
    }

    /** What is asked for, after the envelope has been checked. */
    RequestKind kind() {
        RequestJson.refuseOthers(json, FIELDS, "");
        String method = text(json, "method");
        if (!method.equals("POST")) {
            throw new InvalidRequestException("method", "found '" + RequestJson.shortened(method) + "', expected POST");
        }
        String url = text(json, "url");
        for (RequestKind kind : RequestKind.values()) {
            if (kind.path().equals(url)) {
                return kind;
            }
        }
        throw new InvalidRequestException(
                "url",
                "found '" + RequestJson.shortened(url) + "', expected " + RequestKind.COMPLETION.path() + " or "
                        + RequestKind.CHAT.path());
    }

    JsonNode body() {
        JsonNode body = json.path("body");
        if (!body.isObject()) {
            throw new InvalidRequestException(
                    "body", "found " + RequestJson.describe(body) + ", expected a JSON object");
        }
        return body;
    }

    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new InvalidRequestException(field, "found " + RequestJson.describe(value) + ", expected a string");
        }
        return value.textValue();
    }
}
