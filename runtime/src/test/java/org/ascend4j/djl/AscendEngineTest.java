package org.ascend4j.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import org.ascend4j.compat.PluginRelease;
import org.junit.jupiter.api.Test;

class AscendEngineTest {
    private final Engine engine = Engine.getEngine("Ascend");

    @Test
    void isFoundAndNeverTheDefaultOfAnApplication() {
        assertThat(Engine.getAllEngines()).contains("Ascend");
        assertThat(Engine.getDefaultEngineName()).isNotEqualTo("Ascend");
        assertThat(engine.getRank()).isEqualTo(50).isEqualTo(new AscendEngineProvider().getEngineRank());
        assertThat(engine.getVersion()).isEqualTo(PluginRelease.current().toString());
        assertThat(engine.getAlternativeEngine()).isNull();
        assertThat(engine.hasCapability("CUDA")).isFalse();
    }

    @Test
    void namesItsDevices() {
        assertThat(Device.fromName("npu0", engine))
                .isEqualTo(Device.of("npu", 0))
                .hasToString("npu(0)");
        assertThat(Device.fromName("", engine)).isEqualTo(Device.cpu());
        assertThat(engine.getGpuCount()).isZero();
        try (NDManager manager = engine.newBaseManager(Device.of("npu", 1))) {
            assertThat(manager.getDevice()).isEqualTo(Device.of("npu", 1));
            assertThat(manager.newSubManager().getDevice()).isEqualTo(Device.of("npu", 1));
            assertThat(manager.getEngine()).isSameAs(engine);
        }
    }

    @Test
    void aManagerClosesWhatItOwns() {
        int[] closed = new int[2];
        NDManager manager = engine.newBaseManager();
        NDManager child = manager.newSubManager();
        manager.attachInternal("own", () -> closed[0]++);
        child.attachInternal("own", () -> closed[1]++);
        manager.close();
        manager.close();
        assertThat(child.isOpen()).isFalse();
        assertThat(closed).containsExactly(1, 1);
    }

    @Test
    void passesArraysOn() {
        try (NDManager manager = engine.newBaseManager()) {
            NDArray array = manager.create(new float[] {1, 2.5f, -3});
            NDList read = NDList.decode(manager, new NDList(array).encode());
            assertThat(read.get(0).toFloatArray()).containsExactly(1, 2.5f, -3);
            assertThat(manager.from(array)).isSameAs(array);
        }
    }
}
