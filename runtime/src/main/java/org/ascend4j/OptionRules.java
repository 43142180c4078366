package org.ascend4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.InvalidRequestException;

/** The rules that options of one answer keep; every message names the field. */
final class OptionRules {
    private OptionRules() {}

    static int whole(String field, int found, int least, int most) {
        if (found < least || found > most) {
            String range =
                    most == Integer.MAX_VALUE ? least + " or more" : "a whole number from " + least + " to " + most;
            throw wrong(field, found, range);
        }
        return found;
    }

    static void wholeOrNull(String field, Integer found, int least, int most) {
        if (found != null) {
            whole(field, found, least, most);
        }
    }

    /** Both bounds included. */
    static void number(String field, double found, double least, double most) {
        // NaN compares false.
        if (!(found >= least && found <= most)) {
            throw wrong(field, found, "a number from " + text(least) + " to " + text(most));
        }
    }

    /** The lower bound excluded. */
    static void above(String field, double found, double bound, double most) {
        if (!(found > bound && found <= most)) {
            throw wrong(field, found, "a number above " + text(bound) + " and up to " + text(most));
        }
    }

    private static String text(double bound) {
        return bound == (long) bound ? Long.toString((long) bound) : Double.toString(bound);
    }

    static <T> T given(String field, T value, String expected) {
        if (value == null) {
            throw wrong(field, "null", expected);
        }
        return value;
    }

    /** A copy without nulls, of at most {@code most} entries. */
    static <T> List<T> list(String field, Collection<? extends T> values, int most, String expected) {
        given(field, values, expected);
        List<T> copy = new ArrayList<>(values);
        if (copy.size() > most) {
            throw wrong(field, copy.size() + " entries", "at most " + most);
        }
        for (T value : copy) {
            given(field, value, expected);
        }
        return List.copyOf(copy);
    }

    /** Non-empty, well-formed texts. */
    static List<String> texts(String field, Collection<String> values, int most, int mostCharacters) {
        String expected = "texts of 1 to " + mostCharacters + " characters";
        List<String> copy = list(field, values, most, expected);
        for (String value : copy) {
            if (value.isEmpty() || value.length() > mostCharacters) {
                throw wrong(field, "a text of " + value.length() + " characters", expected);
            }
            wellFormed(field, value);
        }
        return copy;
    }

    static void wellFormed(String field, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw wrong(
                        field,
                        String.format("half a surrogate pair (U+%04X) at character %d", (int) c, i),
                        "well-formed Unicode");
            }
        }
    }

    static List<Integer> tokens(String field, Collection<Integer> ids, int most) {
        List<Integer> copy = list(field, ids, most, "token ids");
        for (int id : copy) {
            whole(field, id, 0, Integer.MAX_VALUE);
        }
        return copy;
    }

    static List<List<Integer>> runs(String field, Collection<? extends List<Integer>> runs, int most, int longest) {
        List<List<Integer>> copies = new ArrayList<>();
        for (List<Integer> run : OptionRules.<List<Integer>>list(field, runs, most, "lists of token ids")) {
            List<Integer> copy = tokens(field, run, longest);
            if (copy.isEmpty()) {
                throw wrong(field, "an empty list", "lists of one or more token ids");
            }
            copies.add(copy);
        }
        return List.copyOf(copies);
    }

    static Map<Integer, Double> bias(String field, Map<Integer, Double> values, int most, double largest) {
        given(field, values, "a map from token ids to numbers");
        Map<Integer, Double> copy = new LinkedHashMap<>(values);
        if (copy.size() > most) {
            throw wrong(field, copy.size() + " entries", "at most " + most);
        }
        for (Map.Entry<Integer, Double> entry : copy.entrySet()) {
            whole(field, given(field, entry.getKey(), "token ids"), 0, Integer.MAX_VALUE);
            number(field, given(field, entry.getValue(), "numbers"), -largest, largest);
        }
        return Map.copyOf(copy);
    }

    static void duration(String field, Duration found, Duration longest) {
        if (found != null && (found.isZero() || found.isNegative() || found.compareTo(longest) > 0)) {
            throw wrong(field, found, "a duration above zero and up to " + longest.toDays() + " days");
        }
    }

    static InvalidRequestException wrong(String field, Object found, String expected) {
        return new InvalidRequestException(field, "found " + found + ", expected " + expected);
    }
}
