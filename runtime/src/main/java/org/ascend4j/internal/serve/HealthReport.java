package org.ascend4j.internal.serve;

import java.util.function.BooleanSupplier;
import org.ascend4j.Health;
import org.ascend4j.Llm;
import org.ascend4j.compat.Verdict;
import org.ascend4j.internal.openai.ResponseJson;

/** Whether requests are taken, and why not: the engine's state and the guard's verdict. Never waits. Thread-safe. */
final class HealthReport {
    private final Llm llm;
    private final BooleanSupplier draining;

    HealthReport(Llm llm, BooleanSupplier draining) {
        this.llm = llm;
        this.draining = draining;
    }

    /** False if only a new process can help. */
    boolean live() {
        return llm.health().state() != Health.State.FAILED;
    }

    boolean ready() {
        return llm.health().ready() && !draining.getAsBoolean();
    }

    byte[] toJson() {
        Health health = llm.health();
        Verdict verdict = llm.compatibility();
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("status", ready() ? "ready" : "unavailable");
            json.writeObjectFieldStart("engine");
            json.writeStringField(
                    "state",
                    draining.getAsBoolean() ? "DRAINING" : health.state().name());
            json.writeStringField("reason", health.reason());
            json.writeStringField("since", health.since().toString());
            json.writeEndObject();
            json.writeStringField("device", llm.device().name());
            json.writeObjectFieldStart("compatibility");
            json.writeStringField("outcome", verdict.outcome().toString());
            json.writeStringField("mode", verdict.mode().toString());
            json.writeStringField("summary", verdict.summary());
            json.writeEndObject();
            json.writeEndObject();
        });
    }
}
