package org.ascend4j;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.template.ChatTemplate;
import org.ascend4j.internal.text.MarkerShield;
import org.ascend4j.internal.text.Tokenizer;
import org.ascend4j.internal.tools.CallFormat;

/** Turns conversations into ids by a model's chat template, and says how its answers are written. Thread-safe. */
final class ChatEncoder {
    private static final Pattern TOOLS = Pattern.compile("\\btools\\b");
    private static final String THINK = "<think>";

    private final Tokenizer tokenizer;
    private final ChatTemplate template;
    private final CallFormat format;
    private final boolean knowsTools;
    private final boolean named;
    private final boolean thinks;

    /** @param source the template */
    ChatEncoder(Tokenizer tokenizer, String source) {
        this.tokenizer = tokenizer;
        this.template = ChatTemplate.compile(source);
        CallFormat own = CallFormat.ofTemplate(source);
        this.knowsTools = own != CallFormat.NONE && TOOLS.matcher(source).find();
        this.format = knowsTools ? own : CallFormat.HERMES;
        this.named = own == CallFormat.MISTRAL && source.contains("[ARGS]");
        this.thinks = source.contains("</think>") || source.contains(THINK);
    }

    EncodedPrompt encode(Prompt.Chat chat) {
        if (chat.messages().isEmpty()) {
            throw new InvalidRequestException("messages", "found none, expected at least one");
        }
        MarkerShield shield = MarkerShield.over(ChatTurns.texts(chat));
        ChatTurns turns = new ChatTurns(chat, knowsTools, format, text -> shield.protect(tokenizer, text));
        Map<String, Object> context = new HashMap<>();
        context.put("messages", turns.messages());
        context.put("add_generation_prompt", true);
        context.put("bos_token", text(tokenizer.bos()));
        context.put("eos_token", text(tokenizer.eos()));
        List<Object> tools = turns.tools();
        if (tools != null) {
            context.put("tools", tools);
        }
        if (chat.thinking() != null) {
            // The first is Qwen's and SmolLM's name, the second DeepSeek's.
            context.put("enable_thinking", chat.thinking());
            context.put("thinking", chat.thinking());
        }
        String rendered = template.render(context);
        return new EncodedPrompt(
                tokenizer.encode(rendered, true, shield),
                syntax(chat, rendered.stripTrailing().endsWith(THINK)));
    }

    private AnswerSyntax syntax(Prompt.Chat chat, boolean thinking) {
        boolean calls = !chat.tools().isEmpty() && chat.choice().kind() != ToolChoice.Kind.NONE;
        return new AnswerSyntax(
                calls ? format : CallFormat.NONE,
                thinks,
                thinking,
                named,
                calls ? chat.tools() : List.of(),
                chat.choice());
    }

    private String text(OptionalInt id) {
        return id.isPresent() ? tokenizer.decode(new int[] {id.getAsInt()}, true) : "";
    }
}
