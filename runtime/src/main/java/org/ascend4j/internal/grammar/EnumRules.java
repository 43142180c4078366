package org.ascend4j.internal.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** "enum" and "const": the listed values that the other keywords admit, each in one spelling. */
final class EnumRules {
    private static final Set<String> LISTING = Set.of("enum", "const", "type");

    private final JsonSchemaCompiler compiler;
    private final String where;

    EnumRules(JsonSchemaCompiler compiler, String where) {
        this.compiler = compiler;
        this.where = where;
    }

    Node values(ObjectNode schema) {
        List<Node> out = new ArrayList<>();
        for (JsonNode value : listed(schema)) {
            compiler.budget().tick();
            if (admits(schema, value)) {
                String text = SchemaDocument.write(value);
                if (!text.equals(new String(
                        text.getBytes(java.nio.charset.StandardCharsets.UTF_8),
                        java.nio.charset.StandardCharsets.UTF_8))) {
                    throw compiler.budget().error(where + ": a listed value holds a lone surrogate");
                }
                out.add(Node.text(text));
            }
        }
        return new Node.Alt(out);
    }

    static List<JsonNode> listed(JsonNode schema) {
        List<JsonNode> out = new ArrayList<>();
        JsonNode only = schema.get("const");
        if (!schema.has("enum")) {
            out.add(only);
            return out;
        }
        for (JsonNode value : schema.get("enum")) {
            if (only == null || SchemaKeywords.sameValue(only, value)) {
                out.add(value);
            }
        }
        return out;
    }

    private boolean admits(ObjectNode schema, JsonNode value) {
        if (schema.has("type") && !isOfType(value, SchemaKeywords.types(schema.get("type")))) {
            return false;
        }
        if (value.isContainerNode() && hasMoreKeywords(schema)) {
            throw compiler.budget()
                    .error(where + ": keywords beside \"enum\" or \"const\" are not supported for arrays and objects");
        }
        if (value.isTextual()) {
            int length = value.textValue().codePointCount(0, value.textValue().length());
            boolean fits = length >= schema.path("minLength").asInt(0)
                    && length <= schema.path("maxLength").asInt(Integer.MAX_VALUE);
            boolean plain = !schema.has("pattern") && !schema.has("format");
            return fits
                    && (plain
                            || new StringRules(compiler, where).contents(schema).matches(value.textValue()));
        }
        return !value.isNumber() || admitsNumber(schema, value.decimalValue());
    }

    private static boolean hasMoreKeywords(ObjectNode schema) {
        for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!LISTING.contains(name) && !SchemaKeywords.isAnnotation(name)) {
                return true;
            }
        }
        return false;
    }

    private static boolean admitsNumber(ObjectNode schema, BigDecimal value) {
        NumberRanges.Bound low = NumberRules.low(schema);
        NumberRanges.Bound high = NumberRules.high(schema);
        boolean above = low == null || value.compareTo(low.value()) >= (low.exclusive() ? 1 : 0);
        boolean below = high == null || value.compareTo(high.value()) <= (high.exclusive() ? -1 : 0);
        boolean multiple = true;
        for (JsonNode step : StringRules.all(schema.get("multipleOf"))) {
            multiple &= value.remainder(step.decimalValue()).signum() == 0;
        }
        return above && below && multiple;
    }

    static boolean isOfType(JsonNode value, Set<String> types) {
        if (value.isNumber()) {
            boolean whole = value.decimalValue().stripTrailingZeros().scale() <= 0;
            return types.contains("number") || whole && types.contains("integer");
        }
        return types.contains(value.getNodeType().name().toLowerCase(java.util.Locale.ROOT));
    }
}
