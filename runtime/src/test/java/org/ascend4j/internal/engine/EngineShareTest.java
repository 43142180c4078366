package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.ascend4j.SmolLm2;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.engine.SteadyDecoding.Cost;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.junit.jupiter.api.Test;

/**
 * How much of a decode step's time the device has nothing to do, on the real model. Prints what each way of queueing gives;
 * {@code -Dascend4j.share.steps=N} makes the figures steadier.
 */
class EngineShareTest {
    private static final int STEPS = Integer.getInteger("ascend4j.share.steps", 15);
    private static final int CONTEXT = 512;
    private static final int PROMPT = 32;

    @Test
    void takesAtMostATwentiethOfAStepAtBatch32() {
        Path file = SmolLm2.file();
        System.out.println("SmolLM2 Q4_1, float16: decode tokens/s (engine's share of a step)");
        System.out.println("batch        eager     captured   overlapped");
        Cost last = null;
        for (int batch : new int[] {1, 8, 32}) {
            LoadSettings settings =
                    new LoadSettings(DataType.FLOAT16, true, 2, batch, 256, CONTEXT, 128, batch * CONTEXT);
            try (Model model = ModelRuns.open(file, settings)) {
                Cost eager = measure(model, batch, GraphMode.EAGER, false);
                Cost captured = measure(model, batch, GraphMode.FULL, false);
                last = measure(model, batch, GraphMode.FULL, true);
                System.out.printf("%5d %s %s %s%n", batch, text(eager), text(captured), text(last));
            }
        }
        assertThat(last.engineShare()).isLessThanOrEqualTo(0.05);
    }

    private static Cost measure(Model model, int batch, GraphMode graphs, boolean overlap) {
        EngineOptions options = SteadyDecoding.options(batch, CONTEXT, graphs, overlap);
        SteadyDecoding decoding = new SteadyDecoding(model, options, batch, PROMPT);
        decoding.run(3);
        Cost cost = decoding.run(STEPS);
        decoding.stop();
        return cost;
    }

    private static String text(Cost cost) {
        return String.format("%6.1f (%.1f%%)", cost.tokensPerSecond(), 100 * cost.engineShare());
    }
}
