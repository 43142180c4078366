package org.ascend4j.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void readsAnX86Processor() {
        String info = "processor\t: 0\nmodel name\t: Some Xeon\nflags\t\t: fpu avx2 avx512f avx512_vnni sse\n";

        assertThat(Machine.cpu(info)).isEqualTo("Some Xeon");
        assertThat(Machine.isa(info)).containsExactly("avx2", "avx512f", "avx512_vnni");
    }

    @Test
    void readsAnArmProcessor() {
        String info = "processor\t: 0\nFeatures\t: fp asimd asimddp i8mm\nCPU part\t: 0xd0b\n";

        assertThat(Machine.cpu(info)).isEqualTo("CPU part 0xd0b");
        assertThat(Machine.isa(info)).containsExactly("asimd", "asimddp", "i8mm");
    }

    @Test
    void saysSoWhereNothingIsKnown() {
        assertThat(Machine.cpu("")).isEqualTo("unknown");
        assertThat(Machine.isa("")).isEmpty();
    }

    @Test
    void knowsItsBuild() {
        assertThat(Machine.build().get("version").toString()).matches("\\d+\\.\\d+\\..*");
    }
}
