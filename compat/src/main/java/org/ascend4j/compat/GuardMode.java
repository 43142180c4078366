package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the guard does about a stack that does not fit; strictest last. */
public enum GuardMode {
    /** Looks at nothing, and says so. */
    OFF,
    /** Says what does not fit and goes on. */
    WARN,
    /** Refuses what does not fit. */
    ENFORCE;

    /** System property that sets the mode: {@code enforce}, {@code warn} or {@code off}. */
    public static final String PROPERTY = "ascend4j.guard";

    /** Environment variable that sets the mode. */
    public static final String VARIABLE = "ASCEND4J_GUARD";

    /**
     * The mode that the sources give: the strictest of those that are set, {@link #ENFORCE} if none is.
     *
     * @param chosen what the program chose, null if nothing
     * @throws IllegalArgumentException if the property or the variable holds no mode
     */
    public static GuardMode resolve(GuardMode chosen, Map<String, String> properties, Map<String, String> environment) {
        List<GuardMode> set = new ArrayList<>();
        if (chosen != null) {
            set.add(chosen);
        }
        if (properties.get(PROPERTY) != null) {
            set.add(parse(PROPERTY, properties.get(PROPERTY)));
        }
        if (environment.get(VARIABLE) != null) {
            set.add(parse(VARIABLE, environment.get(VARIABLE)));
        }
        return set.isEmpty() ? ENFORCE : Collections.max(set);
    }

    /** Every source that sets the mode, and whether it decided. */
    static List<GuardOverride> overrides(
            GuardMode chosen, Map<String, String> properties, Map<String, String> environment) {
        GuardMode decided = resolve(chosen, properties, environment);
        List<GuardOverride> overrides = new ArrayList<>();
        if (chosen != null) {
            overrides.add(override("mode", chosen, decided));
        }
        if (properties.get(PROPERTY) != null) {
            overrides.add(override(PROPERTY, parse(PROPERTY, properties.get(PROPERTY)), decided));
        }
        if (environment.get(VARIABLE) != null) {
            overrides.add(override(VARIABLE, parse(VARIABLE, environment.get(VARIABLE)), decided));
        }
        return overrides;
    }

    private static GuardOverride override(String name, GuardMode asked, GuardMode decided) {
        String effect = asked == decided
                ? "The guard's mode is " + decided + "."
                : "None: a stricter source sets " + decided + ".";
        return new GuardOverride(name, asked.toString(), effect);
    }

    /**
     * Reads a mode's name, case aside.
     *
     * @param source the setting that holds it, for the message
     * @throws IllegalArgumentException if it names no mode
     */
    public static GuardMode parse(String source, String text) {
        for (GuardMode mode : values()) {
            if (mode.toString().equals(text.strip().toLowerCase(Locale.ROOT))) {
                return mode;
            }
        }
        String shown = text.length() > 40 ? text.substring(0, 40) + "..." : text;
        throw new IllegalArgumentException(source + ": \"" + shown + "\"; expected enforce, warn or off");
    }

    /** The name that settings and reports use. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
