package org.ascend4j.internal.template;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values a template can hold and what Python does with them: null, Boolean, Long, Double, String, List, {@link
 * Tuple}, Map, {@link Undefined}, {@link Namespace}, {@link Function}, {@link Loop}. Nothing else ever enters, and nothing
 * is looked up by reflection.
 */
final class Values {
    private static final int MAX_DEPTH = 100;

    private Values() {}

    /** A caller's value as the template's own copy; refuses classes that templates have no notion of. */
    static Object copy(Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateError("a value nested deeper than " + MAX_DEPTH);
        }
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof String) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof CharSequence text) {
            return text.toString();
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> out = new LinkedHashMap<>();
            map.forEach((key, item) -> out.put(key(copy(key, depth + 1)), copy(item, depth + 1)));
            return out;
        }
        if (value instanceof Iterable<?> items) {
            List<Object> out = new ArrayList<>();
            items.forEach(item -> out.add(copy(item, depth + 1)));
            return out;
        }
        throw new TemplateError("a value of class " + value.getClass().getName()
                + ", expected text, numbers, truth values, lists and maps");
    }

    /** A value in its role as key of a map: equal numbers are one key. */
    static Object key(Object value) {
        if (value instanceof Double number && number == number.longValue()) {
            return number.longValue();
        }
        if (value instanceof List || value instanceof Map) {
            throw new TemplateError("unhashable type: " + typeName(value));
        }
        return value;
    }

    static boolean truth(Object value) {
        if (value == null || value instanceof Undefined) {
            return false;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        if (value instanceof Long number) {
            return number != 0;
        }
        if (value instanceof Double number) {
            return number != 0;
        }
        if (value instanceof String text) {
            return !text.isEmpty();
        }
        if (value instanceof List<?> list) {
            return !list.isEmpty();
        }
        return !(value instanceof Map<?, ?> map) || !map.isEmpty();
    }

    /** The items that a loop sees: of a list, the keys of a map, the characters of a text. */
    static List<Object> items(Object value, Budget budget) {
        List<Object> items;
        if (value instanceof List<?> list) {
            items = new ArrayList<>(list);
        } else if (value instanceof Map<?, ?> map) {
            items = new ArrayList<>(map.keySet());
        } else if (value instanceof String text) {
            items = PyText.characters(text);
        } else if (value instanceof Undefined) {
            items = new ArrayList<>();
        } else {
            throw new TemplateError(typeName(value) + " object is not iterable");
        }
        budget.steps(items.size());
        return items;
    }

    static long length(Object value) {
        if (value instanceof String text) {
            return PyText.length(text);
        }
        if (value instanceof List<?> list) {
            return list.size();
        }
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Undefined) {
            return 0;
        }
        throw new TemplateError("object of type " + typeName(value) + " has no length");
    }

    static boolean equal(Object a, Object b) {
        return equal(a, b, 0);
    }

    private static boolean equal(Object a, Object b, int depth) {
        if (depth > MAX_DEPTH) {
            throw new TemplateError("a comparison nested deeper than " + MAX_DEPTH);
        }
        if (Arithmetic.isNumber(a) && Arithmetic.isNumber(b)) {
            return Arithmetic.compare(a, b) == 0;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            boolean same = x.size() == y.size() && a instanceof Tuple == b instanceof Tuple;
            for (int i = 0; same && i < x.size(); i++) {
                same = equal(x.get(i), y.get(i), depth + 1);
            }
            return same;
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            boolean same = x.size() == y.size();
            for (Map.Entry<?, ?> entry : x.entrySet()) {
                same = same
                        && y.containsKey(entry.getKey())
                        && equal(entry.getValue(), y.get(entry.getKey()), depth + 1);
            }
            return same;
        }
        if (a instanceof Undefined && b instanceof Undefined) {
            return true;
        }
        return a == b || a instanceof String text && text.equals(b);
    }

    /** The order of numbers, texts and sequences; anything else has none. */
    static int compare(Object a, Object b) {
        return compare(a, b, 0);
    }

    private static int compare(Object a, Object b, int depth) {
        if (Arithmetic.isNumber(a) && Arithmetic.isNumber(b)) {
            return Arithmetic.compare(a, b);
        }
        if (a instanceof String x && b instanceof String y) {
            return PyText.compare(x, y);
        }
        if (a instanceof List<?> x && b instanceof List<?> y && depth < MAX_DEPTH) {
            for (int i = 0; i < Math.min(x.size(), y.size()); i++) {
                if (!equal(x.get(i), y.get(i), depth + 1)) {
                    return compare(x.get(i), y.get(i), depth + 1);
                }
            }
            return Integer.compare(x.size(), y.size());
        }
        if (a instanceof Undefined undefined) {
            throw undefined.error();
        }
        throw new TemplateError("no order between " + typeName(a) + " and " + typeName(b));
    }

    static boolean contains(Object container, Object item, Budget budget) {
        if (container instanceof String text) {
            if (item instanceof String part) {
                budget.steps(text.length() / 64);
                return text.contains(part);
            }
            throw new TemplateError("'in <string>' requires string as left operand, not " + typeName(item));
        }
        if (container instanceof Map<?, ?> map) {
            return map.containsKey(key(item));
        }
        if (container instanceof List<?> || container instanceof Undefined) {
            return items(container, budget).stream().anyMatch(other -> equal(other, item));
        }
        throw new TemplateError("argument of type " + typeName(container) + " is not iterable");
    }

    /** As Python's {@code str}. */
    static String text(Object value) {
        if (value instanceof String text) {
            return text;
        }
        if (value instanceof Undefined) {
            return "";
        }
        StringBuilder out = new StringBuilder();
        repr(value, out, 0);
        return out.toString();
    }

    private static void repr(Object value, StringBuilder out, int depth) {
        if (depth > MAX_DEPTH || out.length() > Budget.MAX_OUTPUT_CHARS) {
            throw new TemplateError("a value too deep or too long to print");
        }
        if (value == null) {
            out.append("None");
        } else if (value instanceof Boolean truth) {
            out.append(truth ? "True" : "False");
        } else if (value instanceof Double number) {
            out.append(number(number));
        } else if (value instanceof String text) {
            out.append(PyText.repr(text));
        } else if (value instanceof List<?> list) {
            String brackets = value instanceof Tuple ? "()" : "[]";
            out.append(brackets.charAt(0));
            for (int i = 0; i < list.size(); i++) {
                repr(list.get(i), out.append(i > 0 ? ", " : ""), depth + 1);
            }
            out.append(value instanceof Tuple && list.size() == 1 ? "," : "").append(brackets.charAt(1));
        } else if (value instanceof Map<?, ?> map) {
            out.append('{');
            String between = "";
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                repr(entry.getKey(), out.append(between), depth + 1);
                repr(entry.getValue(), out.append(": "), depth + 1);
                between = ", ";
            }
            out.append('}');
        } else {
            out.append(
                    value instanceof Long || value instanceof Macro
                            ? value
                            : value instanceof Undefined ? "Undefined" : "<" + typeName(value) + ">");
        }
    }

    /** A floating-point number as Python writes it: the fewest digits that read back as the same number. */
    static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int digits = 1; digits <= 17; digits++) {
            shortest = exact.round(new MathContext(digits));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.indexOf('.') >= 0 ? plain : plain + ".0";
        }
        String digits = shortest.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "") + digits.charAt(0) + (digits.length() > 1 ? "." + digits.substring(1) : "") + "e"
                + (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /** The name that Python gives a value's type. */
    static String typeName(Object value) {
        if (value == null) {
            return "NoneType";
        }
        if (value instanceof String) {
            return "str";
        }
        if (value instanceof Boolean) {
            return "bool";
        }
        if (value instanceof Long) {
            return "int";
        }
        if (value instanceof Double) {
            return "float";
        }
        if (value instanceof List) {
            return value instanceof Tuple ? "tuple" : "list";
        }
        return value instanceof Map ? "dict" : value.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}
