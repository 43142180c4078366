package org.ascend4j.internal.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Message;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a line's body asks for. Fields and defaults are OpenAI's: temperature 1, and 16 tokens for a completion, what the
 * context holds for a chat. Beyond those are read, as vLLM does, {@code top_k}, {@code min_p}, {@code repetition_penalty},
 * {@code min_tokens}, {@code ignore_eos}, {@code stop_token_ids}, {@code allowed_token_ids}, {@code priority} and
 * {@code structured_outputs}.
 *
 * @param kind which shape the answer has
 * @param prompts at least one
 * @param copies answers of each prompt
 * @param options how each is generated; copy i of a seeded request has the seed plus i
 */
record BatchBody(BatchLine.Kind kind, List<Prompt> prompts, int copies, GenerationOptions options) {
    /** Answers of one line together. */
    static final int MOST_CHOICES = 128;

    private static final int COMPLETION_TOKENS = 16;

    /** Without effect on the answer. */
    private static final Set<String> IGNORED = Set.of("model", "user", "metadata");

    private static final Set<String> COMMON = Set.of(
            "max_tokens",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "seed",
            "n",
            "stop",
            "stop_token_ids",
            "ignore_eos",
            "min_tokens",
            "repetition_penalty",
            "frequency_penalty",
            "presence_penalty",
            "logit_bias",
            "allowed_token_ids",
            "priority",
            "response_format",
            "structured_outputs");

    /** @throws InvalidRequestException naming the field that is wrong or not supported */
    static BatchBody read(BatchLine line) {
        BatchLine.Kind kind = line.kind();
        JsonNode body = line.body();
        BatchFields fields = new BatchFields(body, "");
        refuseOthers(kind, body);
        fields.text("model", "");
        List<Prompt> prompts = kind == BatchLine.Kind.CHAT
                ? List.of(Prompt.chat(messages(body.path("messages"))))
                : prompts(body.path("prompt"));
        int copies = fields.whole("n", 1, 1, MOST_CHOICES);
        if (prompts.size() * copies > MOST_CHOICES) {
            throw new InvalidRequestException(
                    "prompt",
                    "found " + prompts.size() + " with n " + copies + ", expected at most " + MOST_CHOICES
                            + " answers of one line");
        }
        return new BatchBody(kind, prompts, copies, options(kind, fields));
    }

    private static void refuseOthers(BatchLine.Kind kind, JsonNode body) {
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(IGNORED);
        known.addAll(BatchFields.NEUTRAL);
        known.addAll(kind == BatchLine.Kind.CHAT ? Set.of("messages", "max_completion_tokens") : Set.of("prompt"));
        BatchLine.refuseOthers(body, known, "");
    }

    private static GenerationOptions options(BatchLine.Kind kind, BatchFields fields) {
        fields.requireNeutral();
        boolean chat = kind == BatchLine.Kind.CHAT;
        int most = fields.whole("max_tokens", chat ? 0 : COMPLETION_TOKENS, 1, Integer.MAX_VALUE);
        try {
            GenerationOptions options = GenerationOptions.defaults()
                    .withResponseFormat(BatchFormat.read(fields))
                    .withMinP(fields.number("min_p", 0))
                    .withRepetitionPenalty(fields.number("repetition_penalty", 1))
                    .withFrequencyPenalty(fields.number("frequency_penalty", 0))
                    .withPresencePenalty(fields.number("presence_penalty", 0))
                    .withLogitBias(fields.bias("logit_bias"))
                    .withAllowedTokens(fields.tokens("allowed_token_ids"))
                    .withStop(fields.texts("stop"))
                    .withStopTokens(fields.tokens("stop_token_ids"))
                    .withPriority(fields.whole("priority", 0, Integer.MIN_VALUE, Integer.MAX_VALUE))
                    .withMaxTokens(chat ? fields.whole("max_completion_tokens", most, 1, Integer.MAX_VALUE) : most)
                    .withTemperature(fields.number("temperature", 1))
                    .withTopK(Math.max(0, fields.whole("top_k", 0, -1, Integer.MAX_VALUE)))
                    .withTopP(fields.number("top_p", 1))
                    .withIgnoreEnd(fields.flag("ignore_eos"))
                    .withMinTokens(fields.whole("min_tokens", 0, 0, Integer.MAX_VALUE));
            return fields.has("seed") ? options.withSeed(fields.seed("seed")) : options;
        } catch (InvalidRequestException wrong) {
            throw BatchFields.respelled(wrong);
        }
    }

    /** What the library says of this request, with the field as the request spells it. */
    InvalidRequestException respelled(InvalidRequestException wrong) {
        if (!wrong.field().equals("text")) {
            return BatchFields.respelled(wrong);
        }
        String rest = wrong.getMessage().substring("text: ".length());
        return new InvalidRequestException(kind == BatchLine.Kind.CHAT ? "messages" : "prompt", rest);
    }

    private static List<Prompt> prompts(JsonNode prompt) {
        if (prompt.isTextual()) {
            return List.of(Prompt.raw(prompt.textValue()));
        }
        if (!prompt.isArray() || prompt.isEmpty()) {
            throw wrongPrompt(prompt);
        }
        if (prompt.get(0).isNumber()) {
            return List.of(tokens(prompt));
        }
        if (prompt.size() > MOST_CHOICES) {
            throw new InvalidRequestException(
                    "prompt", "found an array of " + prompt.size() + ", expected at most " + MOST_CHOICES);
        }
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode each : prompt) {
            if (each.isTextual()) {
                prompts.add(Prompt.raw(each.textValue()));
            } else if (each.isArray()) {
                prompts.add(tokens(each));
            } else {
                throw wrongPrompt(each);
            }
        }
        return prompts;
    }

    private static Prompt tokens(JsonNode array) {
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!array.get(i).isInt()) {
                throw wrongPrompt(array.get(i));
            }
            ids[i] = array.get(i).intValue();
        }
        return Prompt.tokens(ids);
    }

    private static InvalidRequestException wrongPrompt(JsonNode found) {
        return new InvalidRequestException(
                "prompt",
                "found " + BatchLine.describe(found) + ", expected a string, token ids, or an array of either");
    }

    private static List<Message> messages(JsonNode turns) {
        if (!turns.isArray() || turns.isEmpty()) {
            throw new InvalidRequestException(
                    "messages", "found " + BatchLine.describe(turns) + ", expected an array of at least one message");
        }
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < turns.size(); i++) {
            String place = "messages[" + i + "]";
            JsonNode turn = turns.get(i);
            if (!turn.isObject()) {
                throw new InvalidRequestException(
                        place, "found " + BatchLine.describe(turn) + ", expected an object of role and content");
            }
            BatchLine.refuseOthers(turn, Set.of("role", "content"), place + ".");
            messages.add(new Message(new BatchFields(turn, place + ".").text("role", null), content(turn, place)));
        }
        return messages;
    }

    /** A string, or parts of type text, which stand one after another. */
    private static String content(JsonNode turn, String place) {
        JsonNode content = turn.path("content");
        if (!content.isArray()) {
            return new BatchFields(turn, place + ".").text("content", null);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String part = place + ".content[" + i + "].";
            BatchFields fields = new BatchFields(content.get(i), part);
            String type = fields.text("type", null);
            if (!type.equals("text")) {
                throw new InvalidRequestException(
                        part + "type",
                        "found " + BatchLine.describe(content.get(i).get("type")) + ", expected text");
            }
            BatchLine.refuseOthers(content.get(i), Set.of("type", "text"), part);
            text.append(fields.text("text", null));
        }
        return text.toString();
    }
}
