package org.ascend4j;

import org.ascend4j.internal.engine.EngineOptions;
import org.ascend4j.internal.engine.GraphMode;
import org.ascend4j.internal.schedule.AdmissionPolicy;
import org.ascend4j.internal.schedule.DraftOptions;
import org.ascend4j.internal.schedule.QueuePolicy;
import org.ascend4j.internal.schedule.SchedulerOptions;

/** Puts the options of a model into the engine's terms. */
final class EngineSettings {
    private EngineSettings() {}

    /** @param contextLength most tokens of one sequence */
    static EngineOptions of(LlmOptions options, int contextLength) {
        Scheduling wishes = options.scheduling();
        Speculation speculation = options.speculation();
        SchedulerOptions scheduler = SchedulerOptions.of(
                        options.maxSequences(), options.maxBatchTokens(), contextLength)
                .withQueue(QueuePolicy.valueOf(wishes.policy().name()))
                .withAdmission(AdmissionPolicy.valueOf(wishes.admission().name()))
                .withWatermark(wishes.watermark())
                .withLongPrefill(wishes.longPrefillTokens())
                .withPrefixCache(wishes.prefixCaching())
                .withQueueLimits(wishes.maxQueuedRequests(), wishes.maxQueuedTokens())
                .withDrafts(drafts(speculation));
        return EngineOptions.of(scheduler)
                .withGraphs(GraphMode.valueOf(options.graphs().name()))
                .withOverlap(wishes.overlap())
                .withStepTimeout(options.stepTimeout())
                .withNgram(speculation.shortestNgram(), speculation.longestNgram());
    }

    private static DraftOptions drafts(Speculation speculation) {
        return switch (speculation.mode()) {
            case OFF -> DraftOptions.OFF;
            case ADAPTIVE -> DraftOptions.adaptive(speculation.tokens());
            case FIXED -> new DraftOptions(speculation.tokens(), Integer.MAX_VALUE, 0, Integer.MAX_VALUE, 0);
        };
    }
}
