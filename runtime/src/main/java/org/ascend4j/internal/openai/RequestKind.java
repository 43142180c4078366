package org.ascend4j.internal.openai;

/** What may be asked for. */
public enum RequestKind {
    COMPLETION("/v1/completions"),
    CHAT("/v1/chat/completions");

    private final String path;

    RequestKind(String path) {
        this.path = path;
    }

    /** Where it is asked for. */
    public String path() {
        return path;
    }
}
