package org.ascend4j.internal.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Adapters that PEFT saved against transformers with each merged into its model (golden/lora/make.py). */
class LoraTest {
    private static final Path BASE = Golden.path("pretrained/tiny-llama-f16");
    private static final List<String> FIVE = List.of("query-value", "all", "mlp", "second-layer", "expression");

    /** Short enough for those divisors of LongRoPE that transformers takes for short sequences. */
    private static final int CONTEXT = 32;

    private final long seed = Long.getLong("ascend4j.lora.seed", 20261123);

    private record Merged(Path model, int[] ids, float[][] logits) {
        static Merged of(String adapter) {
            JsonNode golden = Golden.json("lora/" + adapter + "/logits.json");
            int[] ids = Golden.ints(golden.get("ids"));
            int vocabulary = golden.get("vocabulary").asInt();
            return new Merged(
                    Golden.path(golden.get("model").asText()),
                    ids,
                    Golden.floats("lora/" + adapter + "/logits.f32", 0, ids.length, vocabulary));
        }
    }

    private static Path folder(String adapter) {
        return Golden.path("lora/" + adapter);
    }

    @AfterEach
    void leavesNothingOpen() {
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    /** The greatest difference of a row, measured against its greatest logit. */
    private static double distance(List<float[]> found, float[][] expected, int from) {
        double worst = 0;
        for (int row = 0; row < found.size(); row++) {
            float[] wanted = expected[from + row];
            double greatest = 0;
            double difference = 0;
            for (int id = 0; id < wanted.length; id++) {
                greatest = Math.max(greatest, Math.abs(wanted[id]));
                difference = Math.max(difference, Math.abs(wanted[id] - found.get(row)[id]));
            }
            worst = Math.max(worst, difference / greatest);
        }
        return worst;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"query-value", "all", "mlp", "second-layer", "expression", "phi3", "qwen2", "qwen3moe", "gemma3"
            })
    void answersLikeTheModelItIsMergedInto(String adapter) {
        Merged merged = Merged.of(adapter);
        int[] start = Arrays.copyOf(merged.ids(), 9);
        try (RaggedModel model = RaggedModel.open(merged.model(), DataType.FLOAT, false, 1, CONTEXT)) {
            List<float[]> plain = model.step(merged.ids()).get(0);
            assertThat(distance(plain, merged.logits(), 0)).as("without it").isGreaterThan(0.02);
            model.load(1, folder(adapter));
            model.restart(1);
            assertThat(distance(model.step(merged.ids()).get(0), merged.logits(), 0))
                    .isLessThan(1e-4);
            model.restart(1);
            model.step(start);
            for (int at = start.length; at < merged.ids().length; at++) {
                List<float[]> row = model.step(new int[] {merged.ids()[at]}).get(0);
                assertThat(distance(row, merged.logits(), at))
                        .as("decoding position " + at)
                        .isLessThan(1e-4);
            }
            model.unload(1);
            model.restart(0);
            assertThat(model.step(merged.ids()).get(0))
                    .as("unloaded")
                    .usingElementComparator(Arrays::compare)
                    .containsExactlyElementsOf(plain);
        }
    }

    /** As the families themselves do: half precision rounds every activation to 2⁻¹¹ of itself, bfloat16, as fast attention may, to 2⁻⁸. */
    @ParameterizedTest
    @ValueSource(strings = {"query-value", "all", "mlp", "phi3", "gemma3"})
    void staysNearTheMergedModelInHalfPrecision(String adapter) {
        Merged merged = Merged.of(adapter);
        isNear(merged, adapter, DataType.FLOAT16, false, 1e-2);
        isNear(merged, adapter, DataType.FLOAT16, true, 4e-2);
        isNear(merged, adapter, DataType.BF16, true, 8e-2);
    }

    private void isNear(Merged merged, String adapter, DataType type, boolean fast, double distance) {
        try (RaggedModel model = RaggedModel.open(merged.model(), type, fast, 1, CONTEXT)) {
            model.load(1, folder(adapter));
            model.use(1);
            assertThat(distance(model.step(merged.ids()).get(0), merged.logits(), 0))
                    .as(type + (fast ? ", fast" : ", exact"))
                    .isLessThan(distance);
        }
    }

    /** Five adapters and a sequence without one, in ragged steps of prefills and decodes. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "FLOAT16", "BF16"})
    void givesEachSequenceOfABatchTheBitsThatItHasAlone(DataType type) {
        Random random = new Random(seed);
        int sequences = FIVE.size() + 2;
        int[][] ids = new int[sequences][];
        Arrays.setAll(ids, i -> random.ints(5 + random.nextInt(27), 4, 999).toArray());
        int[] adapters = {3, 0, 1, 5, 4, 2, 3};
        List<List<float[]>> alone = new ArrayList<>();
        try (RaggedModel model = RaggedModel.open(BASE, type, true, sequences, CONTEXT)) {
            List<float[]> untouched = model.step(ids[1]).get(0);
            for (int i = 0; i < FIVE.size(); i++) {
                model.load(i + 1, folder(FIVE.get(i)));
            }
            for (int i = 0; i < sequences; i++) {
                model.restart(adapters[i]);
                alone.add(model.step(ids[i]).get(0));
            }
            assertThat(alone.get(1)).usingElementComparator(Arrays::compare).containsExactlyElementsOf(untouched);
            for (int size : new int[] {100, 1, 7}) {
                model.restart(adapters);
                List<List<float[]>> found = inSteps(model, ids, size);
                for (int i = 0; i < sequences; i++) {
                    assertThat(found.get(i))
                            .as("sequence " + i + " in steps of " + size + ", seed " + seed)
                            .usingElementComparator(Arrays::compare)
                            .containsExactlyElementsOf(alone.get(i));
                }
            }
        }
    }

    private static List<List<float[]>> inSteps(RaggedModel model, int[][] ids, int size) {
        List<List<float[]>> rows = new ArrayList<>();
        Arrays.stream(ids).forEach(each -> rows.add(new ArrayList<>()));
        for (int at = 0; at < 40; at += size) {
            int from = at;
            int[][] parts = Arrays.stream(ids)
                    .map(each ->
                            Arrays.copyOfRange(each, Math.min(from, each.length), Math.min(from + size, each.length)))
                    .toArray(int[][]::new);
            if (Arrays.stream(parts).anyMatch(part -> part.length > 0)) {
                List<List<float[]>> step = model.step(parts);
                for (int i = 0; i < ids.length; i++) {
                    rows.get(i).addAll(step.get(i));
                }
            }
        }
        return rows;
    }
}
