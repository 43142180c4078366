package org.ascend4j.djl;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import org.ascend4j.compat.PluginRelease;

/**
 * The engine {@code Ascend}. Its devices are {@code npu0}, {@code npu1} and so on, and {@code cpu}, on which the host
 * decides: an NPU if there is any sign of one, else the host device. DJL Serving gives {@code cpu} to whoever names no
 * device, so it must not mean that an NPU stays unused; {@code option.device=host} does.
 */
public final class AscendEngine extends Engine {
    /** What {@code engine=} and {@code optEngine} say. */
    public static final String NAME = "Ascend";

    /** Behind every engine of DJL's own, the smallest number being an application's default. */
    static final int RANK = 50;

    AscendEngine() {}

    @Override
    public Engine getAlternativeEngine() {
        return null;
    }

    @Override
    public String getEngineName() {
        return NAME;
    }

    @Override
    public int getRank() {
        return RANK;
    }

    /** This plugin's release, which is the vLLM release that it matches. */
    @Override
    public String getVersion() {
        return PluginRelease.current().toString();
    }

    /** None of DJL's: there is no CUDA, and arrays are not computed with. */
    @Override
    public boolean hasCapability(String capability) {
        return false;
    }

    @Override
    public Model newModel(String name, Device device) {
        return new AscendModel(name, this, device == null ? defaultDevice() : device);
    }

    @Override
    public NDManager newBaseManager() {
        return newBaseManager(defaultDevice());
    }

    @Override
    public NDManager newBaseManager(Device device) {
        return new ArrayScope(this, device);
    }
}
