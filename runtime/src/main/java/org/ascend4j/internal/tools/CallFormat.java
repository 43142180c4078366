package org.ascend4j.internal.tools;

/** How families write tool calls. */
public enum CallFormat {
    /** Not at all. */
    NONE(""),
    /** Hermes and Qwen: {@code <tool_call>{"name": …, "arguments": …}</tool_call>}, any number of them. */
    HERMES("<tool_call>"),
    /** Llama 3: the answer is {@code {"name": …, "parameters": …}}, possibly behind {@code <|python_tag|>}. */
    LLAMA3("<|python_tag|>"),
    /** Mistral: {@code [TOOL_CALLS][{"name": …, "arguments": …}, …]}, or {@code [TOOL_CALLS]name[ARGS]{…}}. */
    MISTRAL("[TOOL_CALLS]");

    private final String opening;

    CallFormat(String opening) {
        this.opening = opening;
    }

    /** The marker in front of calls. */
    public String opening() {
        return opening;
    }

    /** The format that a chat template asks its model for. */
    public static CallFormat ofTemplate(String template) {
        for (CallFormat format : new CallFormat[] {HERMES, MISTRAL}) {
            if (template.contains(format.opening)) {
                return format;
            }
        }
        boolean llama = template.contains(LLAMA3.opening) || template.contains("ipython");
        return llama ? LLAMA3 : NONE;
    }
}
