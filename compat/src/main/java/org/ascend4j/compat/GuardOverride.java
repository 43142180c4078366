package org.ascend4j.compat;

import java.util.Objects;

/**
 * Something that changed how a check was made, which every report shows. Texts are printable ASCII.
 *
 * @param name the property, variable, option or file
 * @param value what it says
 * @param effect what it changed, one sentence
 */
public record GuardOverride(String name, String value, String effect) {
    public GuardOverride {
        name = Texts.printable(Objects.requireNonNull(name, "name"));
        value = Texts.printable(Objects.requireNonNull(value, "value"));
        effect = Texts.printable(Objects.requireNonNull(effect, "effect"));
    }
}
