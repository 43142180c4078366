package org.ascend4j.internal.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.ascend4j.ResponseFormat;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a line's answer must look like: OpenAI's {@code response_format}, or vLLM's {@code structured_outputs} with one of
 * {@code json}, {@code regex}, {@code choice} and {@code grammar}.
 */
final class RequestFormat {
    private static final String OPENAI = "response_format";
    private static final String VLLM = "structured_outputs";

    private RequestFormat() {}

    static ResponseFormat read(RequestFields fields) {
        ResponseFormat format = fields.has(OPENAI) ? openAi(fields.object(OPENAI)) : new ResponseFormat.Text();
        if (!fields.has(VLLM)) {
            return format;
        }
        if (!(format instanceof ResponseFormat.Text)) {
            throw new InvalidRequestException(VLLM, "found together with " + OPENAI + ", expected one of them");
        }
        return vllm(fields.object(VLLM));
    }

    private static ResponseFormat openAi(RequestFields format) {
        String type = format.text("type", null);
        switch (type) {
            case "text":
                format.refuseOthers(Set.of("type"));
                return new ResponseFormat.Text();
            case "json_object":
                format.refuseOthers(Set.of("type"));
                return new ResponseFormat.JsonSchema("{\"type\":\"object\"}");
            case "json_schema":
                format.refuseOthers(Set.of("type", "json_schema"));
                RequestFields schema = format.object("json_schema");
                // A schema is always kept to the letter, which is what strict asks for.
                schema.refuseOthers(Set.of("name", "description", "schema", "strict"));
                return new ResponseFormat.JsonSchema(schema.json("schema").toString());
            default:
                throw format.wrong("type", "text, json_object or json_schema");
        }
    }

    private static ResponseFormat vllm(RequestFields wish) {
        wish.refuseOthers(Set.of("json", "regex", "choice", "grammar"));
        if (wish.count() != 1) {
            throw new InvalidRequestException(
                    VLLM, "found " + wish.count() + " fields, expected one of json, regex, choice and grammar");
        }
        if (wish.has("json")) {
            JsonNode schema = wish.json("json");
            return new ResponseFormat.JsonSchema(schema.isTextual() ? schema.textValue() : schema.toString());
        }
        if (wish.has("choice")) {
            return new ResponseFormat.Choice(wish.texts("choice"));
        }
        return wish.has("regex")
                ? new ResponseFormat.Regex(wish.text("regex", null))
                : new ResponseFormat.Grammar(wish.text("grammar", null));
    }
}
