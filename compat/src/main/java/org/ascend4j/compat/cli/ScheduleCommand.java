package org.ascend4j.compat.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ascend4j.compat.json.JsonWriter;
import org.ascend4j.compat.policy.AsOf;
import org.ascend4j.compat.policy.ReleaseSchedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code schedule}: prints what was released when, and what is due. */
@Command(
        name = "schedule",
        description = "Prints the dated releases, the intervals between finals and what is due next.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class ScheduleCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PolicyOptions options;

    @Option(names = "--format", paramLabel = "F", defaultValue = "text", description = "text or json.")
    private PolicyOptions.Format format;

    @Override
    public void run() {
        AsOf asOf = options.asOf();
        ReleaseSchedule schedule = ReleaseSchedule.at(asOf);
        boolean json = format == PolicyOptions.Format.json;
        spec.commandLine().getOut().print(json ? JsonWriter.write(json(asOf, schedule)) : text(asOf, schedule));
    }

    private static String text(AsOf asOf, ReleaseSchedule schedule) {
        StringBuilder text = new StringBuilder();
        text.append("Releases as of ")
                .append(asOf.date())
                .append(" (")
                .append(asOf.document())
                .append(" document)\n\n");
        TextTable events = new TextTable("DATE", "RELEASE", "EVENT", "SOURCE");
        schedule.events()
                .forEach(event -> events.row(
                        event.date(),
                        event.plugin().map(release -> release.tag()).orElse("-"),
                        event.event(),
                        event.source()));
        text.append(events.text());
        if (!schedule.finals().isEmpty()) {
            TextTable finals = new TextTable("FINAL", "DATE", "DAYS SINCE THE ONE BEFORE");
            schedule.finals()
                    .forEach(last -> finals.row(
                            last.release().tag(),
                            last.date().toString(),
                            last.daysSincePrevious().map(String::valueOf).orElse("-")));
            text.append('\n').append(finals.text());
        }
        text.append('\n').append(schedule.outlook()).append(".\n");
        schedule.breaches()
                .forEach((release, reasons) -> text.append("breach: ")
                        .append(release.tag())
                        .append(": ")
                        .append(String.join("; ", reasons))
                        .append('\n'));
        schedule.notes().forEach(note -> text.append("note: ").append(note).append('\n'));
        return text.toString();
    }

    private static Map<String, Object> json(AsOf asOf, ReleaseSchedule schedule) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("as_of", asOf.date().toString());
        json.put("document", asOf.document());
        json.put(
                "releases",
                schedule.events().stream()
                        .map(event -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("date", event.date());
                            one.put("release", event.plugin().map(String::valueOf));
                            one.put(
                                    "kind",
                                    event.plugin().map(release -> release.kind().toString()));
                            one.put("event", event.event());
                            one.put("source", event.source());
                            return one;
                        })
                        .toList());
        json.put(
                "finals",
                schedule.finals().stream()
                        .map(last -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("release", last.release().toString());
                            one.put("date", last.date().toString());
                            one.put("days_since_previous", last.daysSincePrevious());
                            return one;
                        })
                        .toList());
        json.put("next_final_due", schedule.due().map(String::valueOf));
        json.put("outlook", schedule.outlook());
        json.put(
                "breaches",
                schedule.breaches().entrySet().stream()
                        .collect(Collectors.toMap(
                                breach -> breach.getKey().toString(),
                                Map.Entry::getValue,
                                (a, b) -> a,
                                LinkedHashMap::new)));
        json.put("notes", List.copyOf(schedule.notes()));
        return json;
    }
}
