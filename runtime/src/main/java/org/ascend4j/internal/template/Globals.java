package org.ascend4j.internal.template;

import java.time.Clock;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The functions that every chat template may call. */
final class Globals {
    private Globals() {}

    /** New each time: templates may hide them behind variables of their own. */
    static Map<String, Object> functions(Supplier<Clock> clock) {
        Map<String, Object> functions = new LinkedHashMap<>();
        functions.put("range", (Function) Globals::range);
        functions.put("dict", (Function) Globals::dict);
        functions.put("namespace", (Function) Globals::namespace);
        functions.put("raise_exception", (Function) Globals::raise);
        functions.put("strftime_now", (Function) (arguments, scope) -> {
            scope.budget().chars(arguments.text(0, "format").length() * 16L);
            return time(arguments.text(0, "format"), ZonedDateTime.now(clock.get()));
        });
        return functions;
    }

    private static Object range(Arguments arguments, Scope scope) {
        boolean bounded = arguments.positional().size() > 1;
        long start = bounded ? arguments.integer(0, "start", 0) : 0;
        arguments.require(0, "stop");
        long stop = arguments.integer(bounded ? 1 : 0, "stop", 0);
        long step = arguments.integer(2, "step", 1);
        if (step == 0) {
            throw new TemplateError("range() arg 3 must not be zero");
        }
        List<Object> numbers = new ArrayList<>();
        for (long i = start; step > 0 ? i < stop : i > stop; ) {
            if (numbers.size() == Budget.MAX_RANGE) {
                throw new TemplateError("Range too big. The maximum is " + Budget.MAX_RANGE + " items.");
            }
            numbers.add(i);
            long next = i + step;
            if ((step > 0) != (next > i)) {
                break;
            }
            i = next;
        }
        scope.budget().steps(numbers.size());
        return numbers;
    }

    private static Object dict(Arguments arguments, Scope scope) {
        Map<Object, Object> map = new LinkedHashMap<>();
        if (arguments.get(0, "", null) instanceof Map<?, ?> other) {
            scope.budget().steps(other.size());
            map.putAll(other);
        }
        map.putAll(arguments.named());
        return map;
    }

    private static Object namespace(Arguments arguments, Scope scope) {
        Namespace namespace = new Namespace();
        if (arguments.get(0, "", null) instanceof Map<?, ?> other) {
            other.forEach((key, value) -> namespace.set(Values.text(key), value));
        }
        arguments.named().forEach(namespace::set);
        return namespace;
    }

    private static Object raise(Arguments arguments, Scope scope) {
        throw new TemplateError(Values.text(arguments.require(0, "message")), true);
    }

    /** A time by C's strftime directives, in English. */
    static String time(String format, ZonedDateTime now) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                out.append(c);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += unpadded ? 2 : 1;
            String pattern = pattern(format.charAt(i), unpadded);
            if (pattern == null) {
                out.append(format.charAt(i) == '%' ? "%" : "%" + format.charAt(i));
            } else {
                String text =
                        DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(now);
                out.append(format.charAt(i) == 'e' && !unpadded && text.length() < 2 ? " " + text : text);
            }
        }
        return out.toString();
    }

    private static String pattern(char directive, boolean unpadded) {
        return switch (directive) {
            case 'Y' -> "yyyy";
            case 'y' -> "yy";
            case 'm' -> unpadded ? "M" : "MM";
            case 'd' -> unpadded ? "d" : "dd";
            case 'e' -> "d";
            case 'B' -> "MMMM";
            case 'b', 'h' -> "MMM";
            case 'A' -> "EEEE";
            case 'a' -> "EEE";
            case 'H' -> unpadded ? "H" : "HH";
            case 'I' -> unpadded ? "h" : "hh";
            case 'M' -> unpadded ? "m" : "mm";
            case 'S' -> unpadded ? "s" : "ss";
            case 'f' -> "SSSSSS";
            case 'p' -> "a";
            case 'j' -> unpadded ? "D" : "DDD";
            case 'F' -> "yyyy-MM-dd";
            case 'T' -> "HH:mm:ss";
            case 'D' -> "MM/dd/yy";
            case 'R' -> "HH:mm";
            default -> null;
        };
    }
}
