package org.ascend4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.engine.SteadyDecoding.Cost;
import org.ascend4j.internal.model.LoadSettings;
import org.ascend4j.internal.model.Model;
import org.junit.jupiter.api.Test;

/** A decode step, once its batch size has come before, takes no native memory and leaves next to no garbage. */
class SteadyStateTest {
    private static final Path TINY = Path.of("src/test/resources/golden/tiny-llama/tiny-llama-q4_1.gguf");
    private static final int STEPS = 200;
    private static final int CONTEXT = 2048;

    /** Bytes of a step whatever its size: lists, iterators and views of the JDK's own. */
    private static final long MOST_BYTES = 4096;

    @Test
    void takesNoNativeMemoryAndLeavesNoGarbageThatGrows() {
        List<String> lines = new ArrayList<>();
        for (int batch : new int[] {1, 32}) {
            LoadSettings settings =
                    new LoadSettings(DataType.FLOAT16, true, 2, batch, 512, CONTEXT, 128, batch * CONTEXT);
            try (Model model = ModelRuns.open(TINY, settings)) {
                for (int context : new int[] {100, 1500}) {
                    for (boolean overlap : new boolean[] {false, true}) {
                        lines.add(measure(model, batch, context, overlap));
                    }
                }
            }
        }
        lines.forEach(System.out::println);
    }

    private static String measure(Model model, int batch, int context, boolean overlap) {
        EngineOptions options = SteadyDecoding.options(batch, CONTEXT, GraphMode.AUTO, overlap);
        SteadyDecoding decoding = new SteadyDecoding(model, options, batch, context);
        decoding.run(60); // until the JVM has compiled what it will
        var before = NativeResources.outstanding();
        String hostBefore = Acl.hostOutstanding();
        Cost cost = decoding.run(STEPS);
        long bytes = cost.allocatedBytes() / STEPS;
        String line = "batch " + batch + ", context " + context + (overlap ? ", overlapped: " : ": ") + bytes
                + " bytes a step";
        assertThat(NativeResources.outstanding()).as(line).isEqualTo(before);
        assertThat(memory(Acl.hostOutstanding())).as(line).isEqualTo(memory(hostBefore));
        assertThat(decoding.loop().graphStats().full()).as(line).isGreaterThan(STEPS);
        assertThat(bytes).as(line).isLessThan(MOST_BYTES);
        decoding.stop();
        return line;
    }

    /** What the host device counts but for tasks on their way. */
    private static String memory(String counts) {
        return counts.replaceAll("(tasks|executors)=\\d+", "");
    }
}
