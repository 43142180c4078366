package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.ascend4j.SmolLm2;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.engine.ModelRuns.Wish;
import org.ascend4j.internal.gguf.GgufFile;
import org.ascend4j.internal.model.Golden;
import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.ascend4j.internal.model.ModelRegistry;
import org.ascend4j.internal.pretrained.AdapterTargets;
import org.ascend4j.internal.schedule.AdmissionPolicy;
import org.ascend4j.internal.schedule.DraftOptions;
import org.ascend4j.internal.schedule.SamplingPlan;
import org.ascend4j.internal.schedule.SchedulerOptions;
import org.ascend4j.internal.schedule.SchedulerStats;
import org.ascend4j.internal.schedule.TokenRules;
import org.ascend4j.internal.weight.AdapterWeights;
import org.ascend4j.internal.weight.LoadRounding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The law: a request's tokens are the same, bit by bit, alone and in any company, however its steps are queued. Small by
 * default; {@code -Dascend4j.invariance=full} runs 64 requests over every file and precision, and
 * {@code -Dascend4j.invariance.seed=N} repeats a run.
 */
class BatchInvarianceTest {
    private static final boolean FULL = "full".equals(System.getProperty("ascend4j.invariance"));
    private static final int REQUESTS = FULL ? 64 : 16;
    private static final int SEQUENCES = FULL ? 24 : 11;
    private static final int TIGHT_TOKENS = 14 * 16;

    private final long seed = Long.getLong("ascend4j.invariance.seed", 20261123);

    /** A file's precision. */
    record Case(String file, DataType type, boolean fast, LoadRounding rounding, DataType cached) {
        Case(String file, DataType type, boolean fast) {
            this(file, type, fast, LoadRounding.NONE, type);
        }

        LoadSettings settings(int kvTokens) {
            return new LoadSettings(
                    type, fast, 2, SEQUENCES, 256, ModelRuns.CONTEXT, ModelRuns.BLOCK, kvTokens, rounding, cached);
        }
    }

    static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String file : FULL ? List.of("q4_0", "q4_1", "q8_0", "f16", "bf16") : List.of("q4_1")) {
            cases.add(new Case(file, DataType.FLOAT, false));
            for (DataType type : List.of(DataType.FLOAT16, DataType.BF16)) {
                cases.add(new Case(file, type, true));
                cases.add(new Case(file, type, false));
            }
        }
        cases.add(new Case("bf16", DataType.FLOAT16, true, LoadRounding.W8A8, DataType.FLOAT16));
        cases.add(new Case("q4_1", DataType.FLOAT16, true, LoadRounding.NONE, DataType.INT8));
        return cases;
    }

    private static SchedulerOptions scheduler() {
        return SchedulerOptions.of(SEQUENCES, 64, ModelRuns.CONTEXT).withAdmission(AdmissionPolicy.PREEMPT);
    }

    private static EngineOptions eager(SchedulerOptions scheduler) {
        return EngineOptions.of(scheduler).withGraphs(GraphMode.EAGER).withOverlap(false);
    }

    private static EngineOptions captured(SchedulerOptions scheduler) {
        return EngineOptions.of(scheduler);
    }

    @AfterEach
    void leavesNothingOpen() {
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void givesEachRequestTheSameTokensHoweverItIsRun(Case each) {
        Path path = Path.of("src/test/resources/golden/tiny-llama/tiny-llama-" + each.file() + ".gguf");
        List<Wish> wishes = ModelRuns.wishes(new Random(seed), REQUESTS);
        SchedulerOptions plain = scheduler();
        List<List<Integer>> alone;
        try (Model model = ModelRuns.open(path, each.settings(4096))) {
            alone = ModelRuns.alone(model, eager(plain.withPrefixCache(false)), wishes);
            Check check = new Check(each, wishes, alone, model);
            check.run("eager", eager(plain.withPrefixCache(false)), 3);
            check.run("eager, overlapped", eager(plain).withOverlap(true), 2);
            check.run("captured", captured(plain.withPrefixCache(false)).withOverlap(false), 5);
            check.run("captured, overlapped", captured(plain), 1);
            check.run("pieces, overlapped", captured(plain.withLongPrefill(7)).withGraphs(GraphMode.PIECEWISE), 4);
            check.run(
                    "drafting",
                    captured(plain.withDrafts(new DraftOptions(4, 64, 0, 8, 0))).withNgram(1, 4),
                    3);
            assertThat(check.stats.draftsAccepted()).as("accepted guesses").isPositive();
            check.run("whole prompts shared", captured(plain), REQUESTS);
            assertThat(check.stats.prefixHits())
                    .as("tokens found in the prefix cache")
                    .isPositive();
        }
        try (Model tight = ModelRuns.open(path, each.settings(TIGHT_TOKENS))) {
            Check check = new Check(each, wishes, alone, tight);
            check.run("eager, preempted", eager(plain), REQUESTS);
            check.run("captured, preempted", captured(plain.withPrefixCache(false)), REQUESTS);
            assertThat(check.stats.preemptions()).as("preemptions").isPositive();
        }
    }

    /** Two requests of three have one of two adapters; the others are to have the tokens of a model without any. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "FLOAT16"})
    void givesRequestsWithAdaptersTheSameTokensHoweverTheyAreRun(DataType type) {
        Case each = new Case("q4_1", type, true);
        Path path = Path.of("src/test/resources/golden/tiny-llama/tiny-llama-q4_1.gguf");
        List<Wish> plain = ModelRuns.wishes(new Random(seed), REQUESTS);
        List<Wish> wishes = new ArrayList<>();
        for (int i = 0; i < plain.size(); i++) {
            wishes.add(plain.get(i).withAdapter(i % 3));
        }
        // These grow until no room is left: the end token is none that they may take.
        TokenRules endless = new TokenRules(new int[] {10, 11, 12}, List.of(), Map.of(), 1, 0, 0);
        for (int i = 0; i < SEQUENCES; i++) {
            SamplingPlan greedy = new SamplingPlan(0, 0, 1, 0).withRules(endless);
            wishes.add(new Wish(new int[] {20 + i, 30, 40 + i}, 60, greedy).withAdapter(i % 3));
        }
        SchedulerOptions options = scheduler();
        List<List<Integer>> alone;
        try (Model model = ModelRuns.open(path, type, true, SEQUENCES, 4096)) {
            List<List<Integer>> bare = ModelRuns.alone(model, eager(options.withPrefixCache(false)), plain);
            loadAdapters(model, path, type);
            alone = ModelRuns.alone(model, eager(options.withPrefixCache(false)), wishes);
            assertThat(alone.get(0)).isEqualTo(bare.get(0)).isNotEmpty();
            assertThat(alone).isNotEqualTo(bare);
            Check check = new Check(each, wishes, alone, model);
            check.run("eager, adapters", eager(options), 3);
            assertThat(check.stats.prefixHits()).isPositive();
            check.runAnyGraphs("overlapped, adapters", captured(options), 2);
            check.runAnyGraphs(
                    "drafting, adapters",
                    captured(options.withDrafts(new DraftOptions(4, 64, 0, 8, 0)))
                            .withNgram(1, 4),
                    4);
            assertThat(check.stats.draftsAccepted()).isPositive();
        }
        try (Model tight = ModelRuns.open(path, type, true, SEQUENCES, TIGHT_TOKENS)) {
            loadAdapters(tight, path, type);
            Check check = new Check(each, wishes, alone, tight);
            check.runAnyGraphs("preempted, adapters", captured(options), REQUESTS);
            assertThat(check.stats.preemptions()).as("preemptions").isPositive();
        }
    }

    private static void loadAdapters(Model model, Path path, DataType type) {
        try (GgufFile file = GgufFile.open(path)) {
            AdapterTargets targets = ModelRegistry.adapterTargets(file, model.config());
            model.loadAdapter(1, AdapterWeights.read(Golden.path("lora/all"), targets, type, 64));
            model.loadAdapter(2, AdapterWeights.read(Golden.path("lora/query-value"), targets, type, 64));
        }
    }

    @Test
    void givesTheSameTokensOnARealModel() {
        Case each = new Case("SmolLM2", DataType.FLOAT16, true);
        List<Wish> wishes = ModelRuns.wishes(new Random(seed), FULL ? 64 : 8);
        SchedulerOptions plain = scheduler();
        try (Model model = ModelRuns.open(SmolLm2.file(), each.type(), each.fast(), SEQUENCES, 8192)) {
            List<List<Integer>> alone = ModelRuns.alone(model, eager(plain.withPrefixCache(false)), wishes);
            Check check = new Check(each, wishes, alone, model);
            check.run("captured, overlapped", captured(plain), 2);
            check.run(
                    "drafting",
                    captured(plain.withDrafts(DraftOptions.adaptive(4))).withNgram(1, 4),
                    3);
        }
    }

    /** Compares runs with what requests give alone. */
    private final class Check {
        private final Case each;
        private final List<Wish> wishes;
        private final Model model;
        private final List<List<Integer>> expected;
        private SchedulerStats stats;

        Check(Case each, List<Wish> wishes, List<List<Integer>> expected, Model model) {
            this.each = each;
            this.wishes = wishes;
            this.expected = expected;
            this.model = model;
        }

        void run(String how, EngineOptions options, int perStep) {
            requireGraphs(how, options, runAnyGraphs(how, options, perStep));
        }

        GraphStats runAnyGraphs(String how, EngineOptions options, int perStep) {
            EngineLoop loop = EngineLoop.open(model, options);
            List<List<Integer>> found = ModelRuns.together(loop, wishes, perStep);
            for (int i = 0; i < expected.size(); i++) {
                assertThat(found.get(i))
                        .as("answer " + i + " of seed " + seed + ", " + each + ", " + how)
                        .isEqualTo(expected.get(i));
            }
            stats = loop.stats();
            return loop.graphStats();
        }

        private void requireGraphs(String how, EngineOptions options, GraphStats graphs) {
            boolean composed = each.type() == DataType.FLOAT;
            boolean wanted = options.graphs() != GraphMode.EAGER;
            boolean full = wanted && options.graphs() != GraphMode.PIECEWISE && !composed;
            assertThat(graphs.full() > 0).as(how + ": " + graphs).isEqualTo(full);
            assertThat(graphs.piecewise() > 0).as(how + ": " + graphs).isEqualTo(wanted && !full);
        }
    }
}
