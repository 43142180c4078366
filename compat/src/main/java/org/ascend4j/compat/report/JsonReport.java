package org.ascend4j.compat.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.GuardOverride;
import org.ascend4j.compat.Verdict;
import org.ascend4j.compat.json.JsonWriter;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.Fact;

/** A verdict as JSON; {@code docs/compat-report.schema.json} describes it. */
public final class JsonReport {
    private JsonReport() {}

    /** One JSON object, ended by a line feed. */
    public static String of(Verdict verdict) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("plugin_version", verdict.plugin().toString());
        report.put("row", verdict.row().map(JsonReport::row).orElse(null));
        report.put("verdict", verdict.outcome().toString());
        report.put("mode", verdict.mode().toString());
        report.put(
                "findings", verdict.findings().stream().map(JsonReport::finding).toList());
        report.put(
                "matching_releases",
                verdict.matchingReleases().stream().map(Object::toString).toList());
        report.put(
                "overrides",
                verdict.overrides().stream().map(JsonReport::override).toList());
        report.put(
                "facts", verdict.facts().facts().stream().map(JsonReport::fact).toList());
        return JsonWriter.write(report);
    }

    private static Map<String, Object> row(MatrixRow row) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("plugin", row.plugin().toString());
        object.put("kind", row.kind());
        object.put("vllm", row.vllm().stream().map(Object::toString).toList());
        object.put("python", row.python().toString());
        object.put("cann", row.cann().toString());
        object.put("torch", row.torch().toString());
        object.put("torch_npu", row.torchNpu().toString());
        object.put("triton_ascend", row.tritonAscend().map(Object::toString).orElse(null));
        object.put("mooncake", row.mooncake().map(Object::toString).orElse(null));
        object.put("other_requirements", row.otherRequirements());
        object.put("release_date", row.releaseDate());
        object.put("source", row.source());
        return object;
    }

    private static Map<String, Object> finding(Finding finding) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", finding.id());
        object.put("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        object.put("subject", finding.subject());
        object.put("expected", finding.expected());
        object.put("found", finding.found());
        object.put("source", finding.source());
        object.put("cause", finding.cause());
        object.put("action", finding.action());
        return object;
    }

    private static Map<String, Object> override(GuardOverride override) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", override.name());
        object.put("value", override.value());
        object.put("effect", override.effect());
        return object;
    }

    private static Map<String, Object> fact(Fact fact) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("subject", fact.subject().label());
        object.put("state", fact.state().name().toLowerCase(Locale.ROOT));
        object.put("value", fact.value());
        object.put("source", fact.source());
        object.put("note", fact.note());
        return object;
    }
}
