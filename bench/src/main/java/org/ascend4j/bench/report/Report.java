package org.ascend4j.bench.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished run of one command.
 *
 * @param command as it is typed
 * @param options what was asked for, defaults included
 * @param model facts of the model; empty if none was opened
 * @param results in the order of the run
 * @param notes sentences a reader must know
 */
public record Report(
        String command,
        Map<String, Object> options,
        Map<String, Object> model,
        List<Result> results,
        List<String> notes) {
    public Report {
        options = new LinkedHashMap<>(options);
        model = new LinkedHashMap<>(model);
        results = List.copyOf(results);
        notes = List.copyOf(notes);
    }
}
