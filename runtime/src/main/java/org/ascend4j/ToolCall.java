package org.ascend4j;

/**
 * A function that a model asks to be called.
 *
 * @param id the model's own name for the call; empty if it gave none
 * @param name the function
 * @param arguments a JSON object as text
 */
public record ToolCall(String id, String name, String arguments) {}
