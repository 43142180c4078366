package org.ascend4j.internal.tools;

/** Hears the parts of an answer in order. */
public interface CallListener {
    /** More of what is meant for the user. */
    void text(String more);

    /** More of what the model thought before. */
    void reasoning(String more);

    /**
     * A whole call.
     *
     * @param id the model's own name for it; empty if it gave none
     * @param name the function
     * @param arguments a JSON object as text
     */
    void call(String id, String name, String arguments);
}
