package org.ascend4j.internal.template;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/** Conversions between text and numbers as Python has them. */
final class Numbers {
    private static final Pattern REAL = Pattern.compile("[+-]?(\\d[\\d_]*\\.?[\\d_]*|\\.\\d[\\d_]*)([eE][+-]?\\d+)?");

    private Numbers() {}

    static Object parseInteger(String text, int base) {
        String digits = PyText.strip(text, null);
        try {
            String plain = digits.replace("_", "");
            String sign = plain.startsWith("-") ? "-" : "";
            String body = plain.startsWith("-") || plain.startsWith("+") ? plain.substring(1) : plain;
            String prefix = base == 16 ? "0x" : base == 8 ? "0o" : base == 2 ? "0b" : "\0";
            if (body.regionMatches(true, 0, prefix, 0, 2)) {
                body = body.substring(2);
            }
            if (body.startsWith("-") || body.startsWith("+")) {
                throw new NumberFormatException(text);
            }
            return Long.parseLong(sign + body, base);
        } catch (NumberFormatException e) {
            return truncate(parseReal(digits));
        }
    }

    static double parseReal(String text) {
        String number = PyText.strip(text, null);
        String lower = number.toLowerCase(java.util.Locale.ROOT);
        String unsigned = lower.startsWith("-") || lower.startsWith("+") ? lower.substring(1) : lower;
        if (unsigned.equals("inf") || unsigned.equals("infinity")) {
            return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        if (unsigned.equals("nan")) {
            return Double.NaN;
        }
        if (number.length() > 400 || !REAL.matcher(number).matches()) {
            throw new NumberFormatException(number);
        }
        return Double.parseDouble(number.replace("_", ""));
    }

    /** Towards zero. */
    static Object truncate(double value) {
        if (!(Math.abs(value) < 0x1p63)) {
            throw new NumberFormatException("not an integer of 64 bits: " + value);
        }
        return (long) value;
    }

    static Object round(Object value, Arguments arguments) {
        arguments.atMost("precision", "method");
        long precision = Math.max(-400, Math.min(400, arguments.integer(0, "precision", 0)));
        Object method = arguments.get(1, "method", "common");
        if (!(method instanceof String how) || !how.matches("common|ceil|floor")) {
            throw new TemplateError("method must be common, ceil or floor");
        }
        if (!Arithmetic.isNumber(value)) {
            throw new TemplateError("round: found " + Values.typeName(value) + ", expected a number");
        }
        if (!how.equals("common")) {
            double scale = Math.pow(10, precision);
            double scaled = (Double) Arithmetic.apply("*", value, 1.0, null) * scale;
            return (how.equals("ceil") ? Math.ceil(scaled) : Math.floor(scaled)) / scale;
        }
        if (value instanceof Double number) {
            boolean finite = !number.isNaN() && !number.isInfinite();
            return finite
                    ? (Object) new BigDecimal(number)
                            .setScale((int) precision, RoundingMode.HALF_EVEN)
                            .doubleValue()
                    : number;
        }
        long whole = (Long) Arithmetic.positive(value);
        return precision >= 0
                ? whole
                : BigDecimal.valueOf(whole)
                        .setScale((int) precision, RoundingMode.HALF_EVEN)
                        .longValue();
    }
}
