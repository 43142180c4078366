package org.ascend4j.internal.template;

import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;

/**
 * A model's own chat template, compiled once: the subset of Jinja that chat templates are written in, with the settings
 * that they are written for (trim_blocks, lstrip_blocks, loop controls, {@code tojson} without ASCII escapes). A template
 * is a stranger's program, so it sees plain values only, can call nothing but the functions listed in {@link Globals},
 * {@link Filters} and {@link Members}, and every rendering has a budget of steps, depth and text.
 *
 * <p>Immutable, any thread; renderings are independent of each other.
 */
public final class ChatTemplate {
    /** Far above any real template (the longest known is about 30,000). */
    public static final int MAX_SOURCE_CHARS = 1 << 20;

    private final Statement body;
    /** Asked when a template asks: the time zone takes a start some milliseconds. */
    private final Supplier<Clock> clock;

    private ChatTemplate(Statement body, Supplier<Clock> clock) {
        this.body = body;
        this.clock = clock;
    }

    /**
     * Compiles a template.
     *
     * @throws ModelFormatException if it is not one: names the line, what was found and what is expected
     */
    public static ChatTemplate compile(String source) {
        return compile(source, Clock::systemDefaultZone);
    }

    /** As {@link #compile(String)}, with the clock behind {@code strftime_now}. */
    public static ChatTemplate compile(String source, Clock clock) {
        return compile(source, () -> clock);
    }

    private static ChatTemplate compile(String source, Supplier<Clock> clock) {
        if (source.length() > MAX_SOURCE_CHARS) {
            throw new ModelFormatException(
                    "chat template: found " + source.length() + " characters, expected at most " + MAX_SOURCE_CHARS);
        }
        return new ChatTemplate(Parser.parse(source), clock);
    }

    /**
     * The text of a conversation.
     *
     * @param context the variables: {@code messages} (a list of maps), {@code add_generation_prompt}, {@code bos_token},
     *     {@code eos_token}, {@code tools} and whatever else the template knows; values are null, Boolean, numbers,
     *     strings, lists and maps of such
     * @throws InvalidRequestException if the template refuses the conversation, or cannot render it
     */
    public String render(Map<String, ?> context) {
        Budget budget = new Budget();
        try {
            Map<String, Object> variables = Globals.functions(clock);
            context.forEach((name, value) -> variables.put(name, Values.copy(value, 0)));
            StringBuilder out = new StringBuilder();
            body.run(new Scope(new Scope(budget, variables)), out);
            return out.toString();
        } catch (TemplateError e) {
            throw new InvalidRequestException(
                    "messages",
                    e.raised()
                            ? e.getMessage()
                            : "the model's chat template cannot render this conversation: line " + budget.line() + ": "
                                    + e.getMessage());
        }
    }
}
