package org.ascend4j.compat.probe;

import java.util.List;
import java.util.function.BiFunction;

/** Takes the one value of a key out of a version file, or says why it cannot be had. */
final class VersionText {
    private VersionText() {}

    /**
     * Reads {@code key=value}, case of the key aside.
     *
     * @param judge makes a fact of the value and the file's name; called for exactly one distinct value
     */
    static Fact only(Subject subject, FileText text, String key, BiFunction<String, String, Fact> judge) {
        // A version file of that size is none; what a part of it says is not trusted.
        if (!text.isRead() || text.truncated()) {
            return Fact.unknown(subject, text.path(), text.problem());
        }
        List<String> values = text.values(key, '=').stream().distinct().toList();
        if (values.size() == 1) {
            Fact fact = judge.apply(values.get(0), text.path());
            return text.problem().isEmpty() ? fact : withNote(fact, text.problem());
        }
        String problem = values.isEmpty()
                ? "no line " + key + "="
                : key + " stands " + values.size() + " times: " + String.join(", ", values);
        return Fact.unknown(subject, text.path(), text.problem().isEmpty() ? problem : problem + "; " + text.problem());
    }

    private static Fact withNote(Fact fact, String note) {
        String notes = fact.note().isEmpty() ? note : fact.note() + "; " + note;
        return new Fact(fact.subject(), fact.state(), fact.value(), fact.source(), notes);
    }
}
