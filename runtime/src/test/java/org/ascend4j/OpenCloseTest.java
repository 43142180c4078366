package org.ascend4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model opened and closed again and again in a JVM of its own. What grows by itself is kept out of the figures: the heap
 * (small and touched from the start), the second compiler, and malloc's arenas, of which new threads get one after the
 * other. {@code -Dascend4j.test-cycles=1000} makes the run longer.
 */
class OpenCloseTest {
    private static final String CYCLES = "ascend4j.test-cycles";
    private static final int WARM = 50;
    private static final long MOST_GROWTH_KIB = 16 << 10;

    /** What Linux counts of a process. */
    private record Usage(long rssKib, long threads, long files) {
        static Usage self() throws IOException {
            String status = Files.readString(Path.of("/proc/self/status"));
            try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
                return new Usage(number(status, "VmRSS"), number(status, "Threads"), files.count());
            }
        }

        private static long number(String status, String name) {
            String line = status.lines()
                    .filter(each -> each.startsWith(name + ":"))
                    .findFirst()
                    .orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
    }

    /** The child. */
    public static final class Cycles {
        public static void main(String[] arguments) throws IOException {
            int cycles = Integer.parseInt(arguments[0]);
            int[] first = null;
            for (int cycle = 1; cycle <= cycles; cycle++) {
                try (Llm llm = TinyModels.open("q8_0")) {
                    GenerationOptions options =
                            GenerationOptions.defaults().withMaxTokens(4).withIgnoreEnd(true);
                    int[] tokens =
                            llm.generate(Prompt.tokens(300, 301), options).tokens();
                    first = first == null ? tokens : first;
                    assertThat(tokens).isEqualTo(first);
                }
                TinyModels.assertNothingOutstanding();
                if (cycle % WARM == 0) {
                    System.gc();
                    Usage now = Usage.self();
                    System.out.println("cycle " + cycle + " " + now.rssKib() + " " + now.threads() + " " + now.files());
                }
            }
        }
    }

    @Test
    void leavesMemoryThreadsAndFilesAsTheyWere(@TempDir Path directory) throws Exception {
        int cycles = Math.max(3 * WARM, Integer.getInteger(CYCLES, 3 * WARM));
        String output = new ChildJvm(directory)
                .options("-Xms64m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch", "-XX:TieredStopAtLevel=1")
                .environment("MALLOC_ARENA_MAX", "1")
                .run(60 + cycles, Cycles.class, cycles);
        Map<Integer, Usage> points = new TreeMap<>();
        output.lines()
                .filter(line -> line.startsWith("cycle "))
                .map(line -> line.split(" "))
                .forEach(part -> points.put(
                        Integer.parseInt(part[1]),
                        new Usage(Long.parseLong(part[2]), Long.parseLong(part[3]), Long.parseLong(part[4]))));
        System.out.println("open and close, KiB resident: " + points);
        assertThat(points).hasSize(cycles / WARM);
        Usage early = points.get(cycles / 3 / WARM * WARM);
        Usage late = points.get(cycles / WARM * WARM);
        assertThat(late.rssKib() - early.rssKib()).as(output).isLessThan(MOST_GROWTH_KIB);
        assertThat(late.threads()).as(output).isLessThanOrEqualTo(early.threads() + 1);
        assertThat(late.files()).as(output).isLessThanOrEqualTo(early.files());
    }
}
