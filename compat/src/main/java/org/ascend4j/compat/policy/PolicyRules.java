package org.ascend4j.compat.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.compat.matrix.TsvTable;

/** The policy's sentences by topic, for reports to quote. */
public final class PolicyRules {
    private static final Map<String, String> TITLES = new LinkedHashMap<>();

    /** What was seen since; the founding document could not know it. */
    private static final Map<String, String> LATER_TITLES = new LinkedHashMap<>();

    static {
        TITLES.put("version", "Versions");
        TITLES.put("branch", "Branches");
        TITLES.put("feature_branch", "Feature branches");
        TITLES.put("torch_npu", "torch_npu builds");
        TITLES.put("compatibility", "Compatibility");
        TITLES.put("documentation", "Documentation");
        LATER_TITLES.put("version_exceptions", "Numbers that differ from vLLM's");
        LATER_TITLES.put("order", "Traps of the order");
        LATER_TITLES.put("branch_claim", "Claims of the branch table");
        LATER_TITLES.put("matrix", "Oddities of the matrix");
    }

    private PolicyRules() {}

    private static final class Table {
        private static final List<TsvTable.Row> ROWS =
                TsvTable.resource("rules.tsv").rows();
    }

    /** The rules that a report about the whole policy shows, by title. */
    public static Map<String, List<String>> shown(AsOf asOf) {
        Map<String, List<String>> shown = new LinkedHashMap<>();
        TITLES.forEach((topic, title) -> shown.put(title, of(topic)));
        if (asOf.complete()) {
            LATER_TITLES.forEach((topic, title) -> shown.put(title, of(topic)));
        }
        return shown;
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
