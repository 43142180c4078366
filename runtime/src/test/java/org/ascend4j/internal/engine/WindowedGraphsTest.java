package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.engine.ModelRuns.Wish;
import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.TokenRules;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decode graphs of models whose layers see a window of 16 keys. */
class WindowedGraphsTest {
    private static final int WINDOW = 16;
    private static final int VOCABULARY = 97;
    private static final int SEQUENCES = 6;

    private final long seed = Long.getLong("ascend4j.windows.seed", 20261123);

    @AfterEach
    void leavesNothingOpen() {
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gemma3", "mistral"})
    void replaysWholeStepsWithinTheWindowsAndPiecesBeyond(String family) {
        Path path = Path.of("src/test/resources/golden/families/" + family + "/model.gguf");
        EngineOptions captured = EngineOptions.of(SchedulerOptions.of(SEQUENCES, 64, 64));
        EngineOptions eager = captured.withGraphs(GraphMode.EAGER).withOverlap(false);
        try (Model model = ModelRuns.open(path, DataType.BF16, true, SEQUENCES, 1024)) {
            List<Wish> crossing = wishes(3 * WINDOW);
            List<List<Integer>> expected = ModelRuns.alone(model, eager, crossing);
            assertThat(expected)
                    .as("answers longer than the window, seed " + seed)
                    .allSatisfy(answer -> assertThat(answer).hasSizeGreaterThan(WINDOW));
            EngineLoop loop = EngineLoop.open(model, captured);
            assertThat(ModelRuns.together(loop, crossing, SEQUENCES))
                    .as("seed " + seed)
                    .isEqualTo(expected);
            GraphStats both = loop.graphStats();
            assertThat(both.full()).as(both.toString()).isPositive();
            assertThat(both.piecewise()).as(both.toString()).isPositive();
            assertThat(both.fallback()).isEmpty();

            EngineLoop within = EngineLoop.open(model, captured);
            ModelRuns.together(within, wishes(4), SEQUENCES);
            assertThat(within.graphStats().full()).isPositive();
            assertThat(within.graphStats().piecewise()).isZero();
        }
    }

    /** Prompts of a few tokens; the end token is none that answers may take. */
    private List<Wish> wishes(int tokens) {
        Random random = new Random(seed);
        TokenRules endless = new TokenRules(random.ints(40, 4, VOCABULARY).toArray(), List.of(), Map.of(), 1, 0, 0);
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < SEQUENCES; i++) {
            int[] prompt = random.ints(2 + i, 4, VOCABULARY).toArray();
            wishes.add(new Wish(prompt, tokens, new SamplingPlan(0, 0, 1, 0).withRules(endless)));
        }
        return wishes;
    }
}
