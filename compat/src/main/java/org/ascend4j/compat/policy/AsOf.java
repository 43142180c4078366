package org.ascend4j.compat.policy;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.List;

/**
 * The day for which a question about the policy is asked. Until the first release after the founding
 * document's own, that document's tables hold (window, branches, plan); from then on the current ones,
 * as far as they reach back.
 *
 * @param date the day
 */
public record AsOf(LocalDate date) {

    public AsOf {
        if (date.isBefore(begin())) {
            throw new IllegalArgumentException("the policy begins in " + YearMonth.from(begin()) + ", so " + date
                    + " has no tables; expected a later date");
        }
    }

    /** The day and the tables of the current facts, whatever the host's clock says if it is behind. */
    public static AsOf today() {
        LocalDate newest = Days.ALL.get(Days.ALL.size() - 1);
        LocalDate today = LocalDate.now();
        return new AsOf(today.isBefore(newest) ? newest : today);
    }

    /**
     * Reads {@code YYYY-MM-DD}, or {@code YYYY-MM} for the end of that month.
     *
     * @throws IllegalArgumentException if the text is no date, or one before the policy
     */
    public static AsOf parse(String text) {
        LocalDate date;
        try {
            date = text.length() == 7 ? YearMonth.parse(text).atEndOfMonth() : LocalDate.parse(text);
        } catch (DateTimeException notADate) {
            throw new IllegalArgumentException(
                    "not a date: \"" + text + "\"; expected YYYY-MM-DD or YYYY-MM", notADate);
        }
        return new AsOf(date);
    }

    /** The days on which something was released, ascending; read at first use. */
    private static final class Days {
        private static final List<LocalDate> ALL = ReleaseEvent.read(false).stream()
                .map(ReleaseEvent::day)
                .sorted(Comparator.naturalOrder())
                .toList();
        private static final LocalDate BEGIN = ReleaseEvent.read(true).stream()
                .map(ReleaseEvent::day)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static LocalDate begin() {
        return Days.BEGIN;
    }

    /** True while the founding document's tables hold. */
    public boolean founding() {
        return date.isBefore(Days.ALL.get(1));
    }

    /** True if everything in the current tables has happened by this day. */
    public boolean complete() {
        return !date.isBefore(Days.ALL.get(Days.ALL.size() - 1));
    }

    /** True if something dated {@code YYYY-MM-DD} or {@code YYYY-MM} has happened by this day; undated things have. */
    public boolean includes(String dated) {
        return dated.isEmpty() || !ReleaseEvent.day(dated).isAfter(date);
    }

    /** Which document's tables hold. */
    public String document() {
        return founding() ? "founding" : "current";
    }
}
