package org.ascend4j.internal.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ascend4j.GenerationOptions;
import org.ascend4j.Prompt;
import org.ascend4j.error.InvalidRequestException;

/**
 * What a request's body asks for. Fields and defaults are OpenAI's: temperature 1, and 16 tokens for a completion, what the
 * context holds for a chat. Beyond those are read, as vLLM does, {@code top_k}, {@code min_p}, {@code repetition_penalty},
 * {@code min_tokens}, {@code ignore_eos}, {@code stop_token_ids}, {@code allowed_token_ids}, {@code priority},
 * {@code structured_outputs} and {@code chat_template_kwargs} with {@code enable_thinking}.
 *
 * @param kind which shape the answer has
 * @param prompts at least one
 * @param copies answers of each prompt
 * @param options how each is generated; copy i of a seeded request has the seed plus i
 * @param model what the request names; empty if nothing
 * @param stream whether answers are wanted while they are generated
 * @param streamUsage whether such a stream ends with counts of tokens
 */
public record RequestBody(
        RequestKind kind,
        List<Prompt> prompts,
        int copies,
        GenerationOptions options,
        String model,
        boolean stream,
        boolean streamUsage) {
    /** Answers of one request together. */
    public static final int MOST_CHOICES = 128;

    private static final int MOST_LOGPROBS = 20;

    private static final int COMPLETION_TOKENS = 16;

    /** Without effect on the answer. */
    private static final Set<String> IGNORED =
            Set.of("user", "metadata", "safety_identifier", "prompt_cache_key", "service_tier");

    private static final Set<String> COMMON = Set.of(
            "model",
            "stream",
            "stream_options",
            "logprobs",
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
    public static RequestBody read(RequestKind kind, JsonNode body) {
        RequestFields fields = new RequestFields(body, "");
        refuseOthers(kind, body);
        String model = fields.text("model", "");
        List<Prompt> prompts = kind == RequestKind.CHAT ? List.of(chatPrompt(body)) : prompts(body.path("prompt"));
        int copies = fields.whole("n", 1, 1, MOST_CHOICES);
        if (prompts.size() * copies > MOST_CHOICES) {
            throw new InvalidRequestException(
                    "prompt",
                    "found " + prompts.size() + " with n " + copies + ", expected at most " + MOST_CHOICES
                            + " answers of one request");
        }
        boolean stream = fields.flag("stream");
        boolean usage = streamUsage(fields, stream);
        return new RequestBody(kind, prompts, copies, options(kind, fields), model, stream, usage);
    }

    /** The conversation in a body's {@code messages}, with its tools. */
    public static Prompt chatPrompt(JsonNode body) {
        Prompt.Chat chat = Prompt.chat(RequestMessages.read(body.path("messages")));
        return RequestTools.add(chat, new RequestFields(body, ""));
    }

    /** Answers in all. */
    public int choices() {
        return prompts.size() * copies;
    }

    /** Refuses what can be had over a connection only. */
    public RequestBody requireWhole() {
        if (stream) {
            throw new InvalidRequestException("stream", "found true, not supported; leave it out");
        }
        return this;
    }

    private static boolean streamUsage(RequestFields fields, boolean stream) {
        if (!fields.has("stream_options")) {
            return false;
        }
        RequestFields options = fields.object("stream_options");
        options.refuseOthers(Set.of("include_usage", "include_obfuscation"));
        if (options.flag("include_obfuscation")) {
            throw options.wrong("include_obfuscation", "false");
        }
        boolean usage = options.flag("include_usage");
        if (usage && !stream) {
            throw new InvalidRequestException("stream_options", "found without stream, expected \"stream\": true");
        }
        return usage;
    }

    /** Log probabilities of how many best tokens; null if of none, not even of the chosen one. */
    private static Integer logprobs(RequestKind kind, RequestFields fields) {
        if (kind == RequestKind.COMPLETION) {
            return fields.has("logprobs") ? fields.whole("logprobs", 0, 0, MOST_LOGPROBS) : null;
        }
        boolean wanted = fields.flag("logprobs");
        int top = fields.whole("top_logprobs", 0, 0, MOST_LOGPROBS);
        if (top > 0 && !wanted) {
            throw new InvalidRequestException(
                    "top_logprobs", "found without logprobs, expected \"logprobs\": true beside it");
        }
        return wanted ? (Integer) top : null;
    }

    private static void refuseOthers(RequestKind kind, JsonNode body) {
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(IGNORED);
        known.addAll(RequestFields.NEUTRAL);
        if (kind == RequestKind.CHAT) {
            known.addAll(List.of("messages", "max_completion_tokens", "top_logprobs"));
            known.addAll(RequestTools.FIELDS);
        } else {
            known.add("prompt");
        }
        RequestJson.refuseOthers(body, known, "");
    }

    private static GenerationOptions options(RequestKind kind, RequestFields fields) {
        fields.requireNeutral();
        boolean chat = kind == RequestKind.CHAT;
        int most = fields.whole("max_tokens", chat ? 0 : COMPLETION_TOKENS, 1, Integer.MAX_VALUE);
        try {
            GenerationOptions options = GenerationOptions.defaults()
                    .withResponseFormat(RequestFormat.read(fields))
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
            Integer logprobs = logprobs(kind, fields);
            if (logprobs != null) {
                options = options.withLogprobs(logprobs);
            }
            return fields.has("seed") ? options.withSeed(fields.seed("seed")) : options;
        } catch (InvalidRequestException wrong) {
            throw RequestFields.respelled(wrong);
        }
    }

    /** What the library says of this request, with the field as the request spells it. */
    public InvalidRequestException respelled(InvalidRequestException wrong) {
        if (!wrong.field().equals("text")) {
            return RequestFields.respelled(wrong);
        }
        String rest = wrong.getMessage().substring("text: ".length());
        return new InvalidRequestException(kind == RequestKind.CHAT ? "messages" : "prompt", rest);
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
                "found " + RequestJson.describe(found) + ", expected a string, token ids, or an array of either");
    }
}
