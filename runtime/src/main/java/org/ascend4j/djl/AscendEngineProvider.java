package org.ascend4j.djl;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineProvider;

/** What DJL finds by its service file. Says the engine's name and rank without loading anything else. */
public final class AscendEngineProvider implements EngineProvider {
    /** Made at first use and not when DJL lists engines. */
    private static final class Holder {
        static final Engine ENGINE = new AscendEngine();
    }

    @Override
    public String getEngineName() {
        return AscendEngine.NAME;
    }

    @Override
    public int getEngineRank() {
        return AscendEngine.RANK;
    }

    @Override
    public Engine getEngine() {
        return Holder.ENGINE;
    }
}
