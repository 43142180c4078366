package org.ascend4j.compat.policy;

import java.util.List;
import org.ascend4j.compat.matrix.TsvTable;

/** The policy's sentences by topic, for reports to quote. */
final class PolicyRules {
    private PolicyRules() {}

    private static final class Table {
        private static final List<TsvTable.Row> ROWS =
                TsvTable.resource("rules.tsv").rows();
    }

    /** The sentences of one topic; never empty, as a topic without any would be a misspelt one. */
    static List<String> of(String topic) {
        List<String> rules = Table.ROWS.stream()
                .filter(row -> row.text("topic").equals(topic))
                .map(row -> row.text("rule"))
                .toList();
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("no rules about " + topic);
        }
        return rules;
    }
}
