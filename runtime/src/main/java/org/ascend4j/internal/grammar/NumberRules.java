package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/** "minimum", "maximum", their exclusive forms and "multipleOf". */
final class NumberRules {
    /** Digits behind the point where bounds do not ask for more. */
    private static final int FRACTION = 6;

    private final JsonSchemaCompiler compiler;
    private final CompileBudget budget;
    private final String where;

    NumberRules(JsonSchemaCompiler compiler, String where) {
        this.compiler = compiler;
        this.budget = compiler.budget();
        this.where = where;
    }

    Node numbers(ObjectNode schema, boolean integers) {
        NumberRanges.Bound low = low(schema);
        NumberRanges.Bound high = high(schema);
        if (low == null && high == null && !schema.has("multipleOf")) {
            return integers ? compiler.syntax().integer() : compiler.syntax().number();
        }
        NumberRanges ranges = new NumberRanges(where, budget);
        int fraction = integers ? 0 : Math.max(FRACTION, Math.max(scale(low), scale(high)));
        Node node = ranges.between(low, high, fraction);
        if (!schema.has("multipleOf")) {
            return node;
        }
        CharDfa dfa = CharDfa.of(node, budget);
        for (JsonNode step : StringRules.all(schema.get("multipleOf"))) {
            dfa = dfa.intersect(ranges.multiples(step.decimalValue(), integers), budget);
        }
        return new Node.Machine(dfa, Encoding.RAW);
    }

    private static int scale(NumberRanges.Bound bound) {
        return bound == null ? 0 : bound.value().scale() + 1;
    }

    static NumberRanges.Bound low(JsonNode schema) {
        return tighter(schema.get("minimum"), schema.get("exclusiveMinimum"), 1);
    }

    static NumberRanges.Bound high(JsonNode schema) {
        return tighter(schema.get("maximum"), schema.get("exclusiveMaximum"), -1);
    }

    private static NumberRanges.Bound tighter(JsonNode inclusive, JsonNode exclusive, int sign) {
        if (inclusive == null && exclusive == null) {
            return null;
        }
        if (exclusive == null) {
            return new NumberRanges.Bound(inclusive.decimalValue(), false);
        }
        BigDecimal open = exclusive.decimalValue();
        if (inclusive != null && sign * inclusive.decimalValue().compareTo(open) > 0) {
            return new NumberRanges.Bound(inclusive.decimalValue(), false);
        }
        return new NumberRanges.Bound(open, true);
    }
}
