package org.ascend4j.internal.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.ascend4j.DeviceInfo;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.Verdict;
import org.ascend4j.internal.openai.ResponseJson;

/** What the page shows of the server: the guard's report, and figures to draw. Never waits. Thread-safe. */
final class ReportJson {
    private final Llm llm;
    private final long startNanos = System.nanoTime();

    ReportJson(Llm llm) {
        this.llm = llm;
    }

    /** What the guard found when the model was opened. */
    byte[] compatibility() {
        Verdict verdict = llm.compatibility();
        DeviceInfo device = llm.device();
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("outcome", verdict.outcome().toString());
            json.writeStringField("mode", verdict.mode().toString());
            json.writeStringField("plugin", verdict.plugin().toString());
            json.writeStringField("summary", verdict.summary());
            json.writeObjectFieldStart("device");
            json.writeStringField("name", device.name());
            json.writeStringField("soc", device.soc());
            json.writeStringField("library", device.library());
            json.writeStringField("cann", device.cannVersion());
            json.writeEndObject();
            writeTexts(json, "matching_releases", verdict.matchingReleases());
            writeTexts(
                    json,
                    "overrides",
                    verdict.overrides().stream()
                            .map(each -> each.name() + "=" + each.value())
                            .toList());
            json.writeArrayFieldStart("findings");
            for (Finding finding : verdict.findings()) {
                write(json, finding);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    private static void writeTexts(JsonGenerator json, String field, List<?> texts) throws IOException {
        json.writeArrayFieldStart(field);
        for (Object text : texts) {
            json.writeString(text.toString());
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", finding.id());
        json.writeStringField("severity", finding.severity().toString());
        json.writeStringField("subject", finding.subject());
        json.writeStringField("expected", finding.expected());
        json.writeStringField("found", finding.found());
        json.writeStringField("source", finding.source());
        json.writeStringField("cause", finding.cause());
        json.writeStringField("action", finding.action());
        json.writeEndObject();
    }

    /** Counts since the start, and what is so now; who asks twice has rates. */
    byte[] stats() {
        LlmStats stats = llm.stats();
        String state = llm.health().state().name();
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeNumberField("uptime_ms", (System.nanoTime() - startNanos) / 1_000_000);
            json.writeStringField("state", state);
            json.writeObjectFieldStart("requests");
            json.writeNumberField("running", stats.requests().running());
            json.writeNumberField("waiting", stats.requests().waiting());
            json.writeNumberField("refused", stats.requests().refused());
            json.writeEndObject();
            json.writeObjectFieldStart("tokens");
            json.writeNumberField("prompt", stats.tokens().prompt());
            json.writeNumberField("generated", stats.tokens().generated());
            json.writeEndObject();
            json.writeObjectFieldStart("cache");
            json.writeNumberField("usage", stats.cache().usage());
            json.writeEndObject();
            json.writeObjectFieldStart("latencies");
            write(json, "first_token", stats.latencies().timeToFirstToken());
            write(json, "inter_token", stats.latencies().interTokenLatency());
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, String field, LlmStats.Distribution seconds) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeArrayFieldStart("bounds");
        for (double bound : seconds.bounds()) {
            json.writeNumber(bound);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("counts");
        for (long count : seconds.counts()) {
            json.writeNumber(count);
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
