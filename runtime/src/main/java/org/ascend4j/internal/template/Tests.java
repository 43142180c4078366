package org.ascend4j.internal.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tests behind "is". */
final class Tests {
    private Tests() {}

    static boolean holds(String name, Object value, Arguments arguments, Budget budget) {
        return switch (name) {
            case "defined" -> !(value instanceof Undefined);
            case "undefined" -> value instanceof Undefined;
            case "none" -> value == null;
            case "string" -> value instanceof String;
            case "number" -> Arithmetic.isNumber(value);
            case "integer" -> value instanceof Long;
            case "float" -> value instanceof Double;
            case "boolean" -> value instanceof Boolean;
            case "true" -> Boolean.TRUE.equals(value);
            case "false" -> Boolean.FALSE.equals(value);
            case "mapping" -> value instanceof Map;
            case "sequence", "iterable" -> isCollection(value);
            case "callable" -> value instanceof Function;
            case "escaped" -> false;
            case "lower", "upper" -> cased(Values.text(value), name);
            case "even", "odd", "divisibleby" -> divides(name, value, arguments);
            case "sameas" -> same(value, arguments.require(0, "other"));
            default -> compares(name, value, arguments, budget);
        };
    }

    private static boolean isCollection(Object value) {
        return value instanceof String || value instanceof List || value instanceof Map || value instanceof Undefined;
    }

    private static boolean cased(String text, String name) {
        String same = name.equals("lower") ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
        return same.equals(text) && text.codePoints().anyMatch(Character::isLetter);
    }

    private static boolean divides(String name, Object value, Arguments arguments) {
        Object divisor = name.equals("divisibleby") ? arguments.require(0, "num") : (Object) 2L;
        Object rest = Arithmetic.apply("%", value, divisor, null);
        return Values.equal(rest, name.equals("odd") ? 1L : 0L);
    }

    private static boolean same(Object a, Object b) {
        boolean plain = a instanceof Boolean || a instanceof Long || a instanceof String;
        return plain && b != null && a.getClass() == b.getClass() ? a.equals(b) : a == b;
    }

    private static boolean compares(String name, Object value, Arguments arguments, Budget budget) {
        String operator = switch (name) {
            case "eq", "equalto", "==" -> "==";
            case "ne", "!=" -> "!=";
            case "lt", "lessthan", "<" -> "<";
            case "le", "<=" -> "<=";
            case "gt", "greaterthan", ">" -> ">";
            case "ge", ">=" -> ">=";
            case "in" -> "in";
            default -> throw new TemplateError("no test named '" + name + "'");
        };
        return Expression.Comparison.holds(operator, value, arguments.require(0, "other"), budget);
    }
}
