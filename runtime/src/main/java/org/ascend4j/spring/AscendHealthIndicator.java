package org.ascend4j.spring;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ascend4j.DeviceInfo;
import org.ascend4j.Health.State;
import org.ascend4j.Llm;
import org.ascend4j.LlmStats;
import org.ascend4j.compat.Finding;
import org.ascend4j.compat.Severity;
import org.ascend4j.compat.Verdict;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * A model's health for Actuator: up while it takes requests, out of service while it loads, drains or sleeps, down once it
 * has failed or is closed. The details have the engine's state, the device and what the guard said; a stack that the
 * guard was told to put up with is up. Never waits.
 */
public final class AscendHealthIndicator extends AbstractHealthIndicator {
    private final Llm llm;

    public AscendHealthIndicator(Llm llm) {
        super("the model's health cannot be read");
        this.llm = llm;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        org.ascend4j.Health health = llm.health();
        if (health.ready()) {
            builder.up();
        } else if (health.state() == State.FAILED || health.state() == State.STOPPED) {
            builder.down();
        } else {
            builder.outOfService();
        }
        DeviceInfo device = llm.device();
        LlmStats.Requests requests = llm.stats().requests();
        builder.withDetail("model", llm.modelName())
                .withDetail(
                        "engine", named("state", health.state(), "reason", health.reason(), "since", health.since()))
                .withDetail(
                        "requests",
                        named(
                                "running",
                                requests.running(),
                                "waiting",
                                requests.waiting(),
                                "failed",
                                requests.failed()))
                .withDetail("device", named("name", device.name(), "soc", device.soc(), "cann", device.cannVersion()))
                .withDetail("guard", guard(llm.compatibility()));
    }

    private static Map<String, Object> guard(Verdict verdict) {
        Map<String, Object> guard = named(
                "outcome",
                verdict.outcome().toString(),
                "mode",
                verdict.mode().toString(),
                "summary",
                verdict.summary());
        List<String> wrong = Stream.of(Severity.REFUSE, Severity.WARN)
                .flatMap(severity -> verdict.findings(severity).stream())
                .map(AscendHealthIndicator::line)
                .toList();
        if (!wrong.isEmpty()) {
            guard.put("findings", wrong);
        }
        return guard;
    }

    private static String line(Finding finding) {
        return finding.subject() + " " + finding.found() + ", expected " + finding.expected() + ": " + finding.action();
    }

    private static Map<String, Object> named(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
