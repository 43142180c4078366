package org.ascend4j.internal.grammar;

/** Which rules and expressions match the empty text. */
final class Nullability {
    private Nullability() {}

    static boolean[] of(RuleSet rules, CompileBudget budget) {
        boolean[] nullable = new boolean[rules.size()];
        boolean changed = true;
        boolean forward = false;
        while (changed) {
            changed = false;
            forward = !forward;
            for (int i = 0; i < nullable.length; i++) {
                budget.tick();
                // Alternating directions settles chains of rules in two passes.
                int rule = forward ? nullable.length - 1 - i : i;
                if (!nullable[rule] && of(rules.body(rule), nullable)) {
                    nullable[rule] = true;
                    changed = true;
                }
            }
        }
        return nullable;
    }

    static boolean of(Node node, boolean[] nullable) {
        if (node instanceof Node.Bytes bytes) {
            return bytes.value().length == 0;
        }
        if (node instanceof Node.Seq seq) {
            return seq.parts().stream().allMatch(part -> of(part, nullable));
        }
        if (node instanceof Node.Alt alt) {
            return alt.choices().stream().anyMatch(choice -> of(choice, nullable));
        }
        if (node instanceof Node.Repeat repeat) {
            return repeat.min() == 0 || of(repeat.body(), nullable);
        }
        if (node instanceof Node.Machine machine) {
            return machine.dfa().accepts(0);
        }
        return node instanceof Node.Ref ref && ref.rule() < nullable.length && nullable[ref.rule()];
    }
}
