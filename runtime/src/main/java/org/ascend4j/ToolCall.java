package org.ascend4j;

/**
 * A function that a model asks to be called.
 *
 * @param id the call's name, which its result gives back: the model's own, or a new one if it gave none
 * @param name the function
 * @param arguments a JSON object as text
 */
public record ToolCall(String id, String name, String arguments) {}
