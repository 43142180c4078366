package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JavaCPP stalls and then fails allocations in a process larger than four heaps; ours must not notice. */
class MemoryPolicingTest {
    /** Fills 400 MB of device memory under a heap of 64 MB and then allocates many times more. */
    static final class LargeProcess {
        public static void main(String[] arguments) throws Exception {
            try (Device device = HostDevice.open();
                    DeviceMemory weights = device.allocate(400L << 20)) {
                weights.fill((byte) 1);
                long start = System.nanoTime();
                for (int i = 0; i < 2000; i++) {
                    try (DeviceMemory small = device.allocate(1024);
                            Tensor tensor = Tensor.of(DataType.FLOAT, new long[] {256}, small)) {
                        tensor.handle();
                    }
                }
                long millis = (System.nanoTime() - start) / 1_000_000;
                String rss = Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmRSS"))
                        .findFirst()
                        .orElseThrow()
                        .replaceAll("\\D", "");
                System.out.println("rss " + rss);
                System.out.println("millis " + millis);
            }
        }
    }

    @Test
    void allocatesAtOnceInProcessLargerThanFourHeapsAndWithoutJavaCpp() throws Exception {
        ChildJvm.Result result = new ChildJvm(Jdks.current())
                .option("-Xmx64m")
                .without("javacpp-")
                .run(LargeProcess.class)
                .succeeded();
        assertThat(number(result.output(), "rss")).as("resident kB").isGreaterThan(400_000);
        // JavaCPP would take a second before each refusal
        assertThat(number(result.output(), "millis")).as(result.output()).isLessThan(900);
    }

    private static long number(String output, String name) {
        return output.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
    }

    /** Reads the limit of an application's own JavaCPP after Ascend4J is loaded. */
    static final class ApplicationsJavaCpp {
        public static void main(String[] arguments) {
            NativeLibrary.load();
            System.out.println("limit " + Pointer.maxPhysicalBytes());
        }
    }

    @Test
    void liftsTheLimitOfTheApplicationsJavaCpp(@TempDir Path cache) throws Exception {
        ChildJvm.Result result = new ChildJvm(Jdks.current())
                .option("-Dorg.bytedeco.javacpp.cachedir=" + cache)
                .run(ApplicationsJavaCpp.class)
                .succeeded();
        assertThat(number(result.output(), "limit")).isZero();
    }

    @Test
    void keepsTheLimitThatTheApplicationSet(@TempDir Path cache) throws Exception {
        ChildJvm.Result result = new ChildJvm(Jdks.current())
                .option("-Dorg.bytedeco.javacpp.cachedir=" + cache)
                .option("-Dorg.bytedeco.javacpp.maxPhysicalBytes=7g")
                .run(ApplicationsJavaCpp.class)
                .succeeded();
        assertThat(number(result.output(), "limit")).isEqualTo(7L << 30);
    }
}
