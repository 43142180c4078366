package org.ascend4j.compat.policy;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.version.PolicyVersion;

/**
 * What was released when, and what is due (policy: cadence and window): a final about every three
 * months, candidates and posts whenever they help. While the founding document holds, its plan.
 */
public final class ReleaseSchedule {
    private static final int MONTHS_BETWEEN_FINALS = 3;

    private final AsOf asOf;
    private final List<ReleaseEvent> events;

    private ReleaseSchedule(AsOf asOf, List<ReleaseEvent> events) {
        this.asOf = asOf;
        this.events = events;
    }

    /** The schedule as it stands on a day. */
    public static ReleaseSchedule at(AsOf asOf) {
        if (asOf.founding()) {
            return new ReleaseSchedule(asOf, ReleaseEvent.read(true));
        }
        Comparator<ReleaseEvent> byDay = Comparator.comparing(ReleaseEvent::day);
        return new ReleaseSchedule(
                asOf,
                ReleaseEvent.read(false).stream()
                        .filter(event -> asOf.includes(event.date()))
                        .sorted(byDay.thenComparing(event -> event.plugin().orElseThrow())
                                .reversed())
                        .toList());
    }

    /** Two finals and the days between them; the first one of all has none before it. */
    public record Interval(PolicyVersion release, LocalDate date, Optional<Long> daysSincePrevious) {}

    /** The list, newest first; the founding document's plan in its own order. */
    public List<ReleaseEvent> events() {
        return events;
    }

    /** What was released by the day, planned or not. */
    public Set<PolicyVersion> released() {
        return ReleaseEvent.read(false).stream()
                .filter(event -> asOf.includes(event.date()))
                .map(event -> event.plugin().orElseThrow())
                .collect(Collectors.toSet());
    }

    /** The finals, oldest first. */
    public List<Interval> finals() {
        List<Interval> finals = new ArrayList<>();
        for (int i = events.size() - 1; i >= 0; i--) {
            ReleaseEvent event = events.get(i);
            if (event.is(PolicyVersion.Kind.FINAL)) {
                Optional<Long> days = finals.isEmpty()
                        ? Optional.empty()
                        : Optional.of(ChronoUnit.DAYS.between(
                                finals.get(finals.size() - 1).date(), event.day()));
                finals.add(new Interval(event.plugin().orElseThrow(), event.day(), days));
            }
        }
        return finals;
    }

    /** The day about which the next final is due: three months after the last; empty before any final. */
    public Optional<LocalDate> due() {
        List<Interval> finals = finals();
        return finals.isEmpty()
                ? Optional.empty()
                : Optional.of(finals.get(finals.size() - 1).date().plusMonths(MONTHS_BETWEEN_FINALS));
    }

    /** What is due next, in one sentence. */
    public String outlook() {
        Optional<LocalDate> due = due();
        if (due.isEmpty()) {
            ReleaseEvent planned = events.get(events.size() - 1);
            return asOf.founding()
                    ? "No final yet; the plan for " + planned.date() + ": " + planned.event()
                    : "No final yet";
        }
        long days = ChronoUnit.DAYS.between(asOf.date(), due.get());
        String when = days < 0 ? -days + " days ago" : days == 0 ? "today" : "in " + days + " days";
        Interval last = finals().get(finals().size() - 1);
        String candidate = events.stream()
                .filter(event -> event.is(PolicyVersion.Kind.RC) && event.day().isAfter(last.date()))
                .flatMap(event -> event.plugin().stream())
                .max(Comparator.naturalOrder())
                .map(rc -> "; the newest candidate is " + rc)
                .orElse("; no candidate has followed it");
        return "A final is due about " + due.get() + " (" + when + "), " + MONTHS_BETWEEN_FINALS + " months after "
                + last.release() + candidate;
    }

    /** Releases that came against the rules of their kind, with the reason, oldest first. */
    public Map<PolicyVersion, List<String>> breaches() {
        Map<PolicyVersion, List<String>> breaches = new LinkedHashMap<>();
        List<PolicyVersion> before = new ArrayList<>();
        List<ReleaseEvent> ascending = new ArrayList<>(asOf.founding() ? List.of() : events);
        Collections.reverse(ascending);
        for (ReleaseEvent event : ascending) {
            PolicyVersion release = event.plugin().orElseThrow();
            List<String> objections = ReleaseRules.objections(release, before);
            if (!objections.isEmpty()) {
                breaches.put(release, objections);
            }
            before.add(release);
        }
        return breaches;
    }

    /** What is known about the list's own gaps; only once everything in it has happened. */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (asOf.complete()) {
            notes.addAll(PolicyRules.of("cadence"));
            notes.addAll(PolicyRules.of("window"));
            notes.addAll(PolicyRules.of("plan_versus_fact"));
            TsvTable.resource("date_conflicts.tsv")
                    .rows()
                    .forEach(row -> notes.add("\"" + row.text("event") + "\" is dated " + row.text("dates")));
        }
        return notes;
    }
}
