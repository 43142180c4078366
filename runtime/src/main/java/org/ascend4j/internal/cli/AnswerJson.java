package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import org.ascend4j.Completion;
import org.ascend4j.DeviceInfo;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.Severity;
import org.ascend4j.compat.Verdict;

/** An answer as one line of JSON. */
final class AnswerJson {
    /** Raised when a field changes its meaning; new fields do not raise it. */
    static final int SCHEMA = 1;

    private static final double NANOS_PER_MILLISECOND = 1e6;

    private AnswerJson() {}

    static String of(Completion answer, Session session) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("text", answer.text());
            writeIds(json, "tokens", answer.tokens());
            writeIds(json, "prompt_tokens", answer.promptTokens());
            json.writeStringField("finish_reason", answer.finishReason().toString());
            writeUsage(json, answer);
            writeTiming(json, answer, session);
            writeDevice(json, session.device());
            writeCompatibility(json, session.compatibility());
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static void writeIds(JsonGenerator json, String field, int[] ids) throws IOException {
        json.writeFieldName(field);
        json.writeArray(ids, 0, ids.length);
    }

    private static void writeUsage(JsonGenerator json, Completion answer) throws IOException {
        int prompt = answer.promptTokens().length;
        int generated = answer.tokens().length;
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", prompt);
        json.writeNumberField("completion_tokens", generated);
        json.writeNumberField("total_tokens", prompt + generated);
        json.writeEndObject();
    }

    private static void writeTiming(JsonGenerator json, Completion answer, Session session) throws IOException {
        json.writeObjectFieldStart("timing");
        json.writeNumberField("load_ms", rounded(session.loadNanos() / NANOS_PER_MILLISECOND));
        json.writeNumberField("ttft_ms", rounded(answer.timeToFirstTokenNanos() / NANOS_PER_MILLISECOND));
        json.writeNumberField("decode_tokens_per_s", rounded(answer.decodeTokensPerSecond()));
        json.writeEndObject();
    }

    /** Microseconds are as fine as these timings are true. */
    private static double rounded(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    static void writeDevice(JsonGenerator json, DeviceInfo device) throws IOException {
        json.writeStringField("device", device.name());
        json.writeObjectFieldStart("device_library");
        json.writeStringField("soc", device.soc());
        json.writeStringField("library", device.library());
        json.writeStringField("cann", device.cannVersion());
        json.writeEndObject();
    }

    static void writeCompatibility(JsonGenerator json, Verdict verdict) throws IOException {
        json.writeObjectFieldStart("compatibility");
        json.writeStringField("outcome", verdict.outcome().toString());
        json.writeStringField("mode", verdict.mode().toString());
        json.writeStringField("plugin", verdict.plugin().toString());
        json.writeStringField("summary", verdict.summary());
        json.writeArrayFieldStart("findings");
        for (Finding finding : verdict.findings()) {
            if (finding.severity() != Severity.INFO) {
                writeFinding(json, finding);
            }
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeFinding(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", finding.id());
        json.writeStringField("severity", finding.severity().toString());
        json.writeStringField("subject", finding.subject());
        json.writeStringField("expected", finding.expected());
        json.writeStringField("found", finding.found());
        json.writeStringField("source", finding.source());
        json.writeStringField("action", finding.action());
        json.writeEndObject();
    }
}
