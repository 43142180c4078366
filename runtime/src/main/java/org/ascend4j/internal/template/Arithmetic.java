package org.ascend4j.internal.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The arithmetic operators as Python has them, on integers of 64 bits: a result beyond them is an error. */
final class Arithmetic {
    private Arithmetic() {}

    static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Boolean;
    }

    private static boolean isInteger(Object value) {
        return value instanceof Long || value instanceof Boolean;
    }

    private static long integer(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : (Long) value;
    }

    private static double real(Object value) {
        return value instanceof Double number ? number : integer(value);
    }

    static int compare(Object a, Object b) {
        if (isInteger(a) && isInteger(b)) {
            return Long.compare(integer(a), integer(b));
        }
        double x = real(a);
        double y = real(b);
        if (Double.isNaN(x) || Double.isNaN(y) || Double.isInfinite(x) || Double.isInfinite(y)) {
            return x == y ? 0 : x < y ? -1 : 1;
        }
        return decimal(a).compareTo(decimal(b));
    }

    private static BigDecimal decimal(Object value) {
        return value instanceof Double number ? new BigDecimal(number) : BigDecimal.valueOf(integer(value));
    }

    static Object apply(String operator, Object a, Object b, Budget budget) {
        if (a instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (b instanceof Undefined undefined) {
            throw undefined.error();
        }
        try {
            if (isNumber(a) && isNumber(b)) {
                return isInteger(a) && isInteger(b)
                        ? integers(operator, integer(a), integer(b))
                        : reals(operator, real(a), real(b));
            }
        } catch (ArithmeticException e) {
            throw new TemplateError("an integer beyond 64 bits");
        }
        if (operator.equals("+")) {
            return join(a, b, budget);
        }
        if (operator.equals("*") && (isInteger(a) || isInteger(b))) {
            return isInteger(a) ? repeat(b, integer(a), budget) : repeat(a, integer(b), budget);
        }
        throw unsupported(operator, a, b);
    }

    private static TemplateError unsupported(String operator, Object a, Object b) {
        return new TemplateError("unsupported operand types for " + operator + ": '" + Values.typeName(a) + "' and '"
                + Values.typeName(b) + "'");
    }

    private static Object integers(String operator, long a, long b) {
        return switch (operator) {
            case "+" -> Math.addExact(a, b);
            case "-" -> Math.subtractExact(a, b);
            case "*" -> Math.multiplyExact(a, b);
            case "//" -> b == -1 ? Math.negateExact(a) : Math.floorDiv(a, nonZero(b));
            case "%" -> Math.floorMod(a, nonZero(b));
            case "**" -> b < 0 ? (Object) Math.pow(a, b) : power(a, b);
            default -> (double) a / nonZero(b);
        };
    }

    private static long nonZero(long divisor) {
        if (divisor == 0) {
            throw new TemplateError("division by zero");
        }
        return divisor;
    }

    private static long power(long base, long exponent) {
        if (base >= -1 && base <= 1) {
            return base == -1 ? (exponent % 2 == 0 ? 1 : -1) : exponent == 0 ? 1 : base;
        }
        long result = 1;
        for (long i = 0; i < exponent; i++) {
            // Overflows after 63 rounds at the latest.
            result = Math.multiplyExact(result, base);
        }
        return result;
    }

    private static Object reals(String operator, double a, double b) {
        if (b == 0 && "//%".contains(operator)) {
            throw new TemplateError("division by zero");
        }
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            case "//" -> Math.floor(a / b);
            case "%" -> a - b * Math.floor(a / b);
            default -> Math.pow(a, b);
        };
    }

    private static Object join(Object a, Object b, Budget budget) {
        if (a instanceof String x && b instanceof String y) {
            budget.chars((long) x.length() + y.length());
            return x.concat(y);
        }
        if (a instanceof List<?> x && b instanceof List<?> y && a instanceof Tuple == b instanceof Tuple) {
            budget.steps((long) x.size() + y.size());
            List<Object> joined = new ArrayList<>(x);
            joined.addAll(y);
            return a instanceof Tuple ? new Tuple(joined) : joined;
        }
        throw unsupported("+", a, b);
    }

    private static Object repeat(Object value, long times, Budget budget) {
        long count = Math.max(0, times);
        if (value instanceof String text) {
            budget.chars(Math.multiplyExact(Math.min(count, Budget.MAX_CHARS + 1), (long) text.length()));
            return text.isEmpty() ? "" : text.repeat((int) count);
        }
        if (value instanceof List<?> list) {
            budget.steps(Math.multiplyExact(Math.min(count, Budget.MAX_STEPS + 1), (long) list.size()));
            List<Object> out = new ArrayList<>();
            for (Object ignored : list.isEmpty() ? List.of() : Collections.nCopies((int) count, 0)) {
                out.addAll(list);
            }
            return out;
        }
        throw unsupported("*", value, times);
    }

    static Object negate(Object value) {
        if (value instanceof Double number) {
            return -number;
        }
        if (isInteger(value)) {
            return apply("-", 0L, value, null);
        }
        throw value instanceof Undefined undefined
                ? undefined.error()
                : new TemplateError("bad operand type for unary -: '" + Values.typeName(value) + "'");
    }

    static Object positive(Object value) {
        return isNumber(value) ? value instanceof Double ? value : (Object) integer(value) : negate(value);
    }
}
