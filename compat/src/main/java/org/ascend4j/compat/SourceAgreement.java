package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.compat.probe.Fact;

/** Sources that say the same become one fact; those that disagree stay apart, so that each is judged. */
final class SourceAgreement {
    private SourceAgreement() {}

    static List<Fact> of(List<Fact> facts) {
        Map<String, List<Fact>> byValue = new LinkedHashMap<>();
        for (Fact fact : facts) {
            // What is unknown has no value to agree on: each such file is a finding of its own.
            String key = fact.state() == Fact.State.FOUND ? fact.value() : fact.state() + fact.source();
            byValue.computeIfAbsent(key, value -> new ArrayList<>()).add(fact);
        }
        return byValue.values().stream()
                .map(same -> same.size() == 1 ? same.get(0) : joined(same))
                .toList();
    }

    private static Fact joined(List<Fact> same) {
        Fact first = same.get(0);
        return new Fact(
                first.subject(),
                first.state(),
                first.value(),
                first.source() + " and " + (same.size() - 1) + " more",
                first.note());
    }
}
