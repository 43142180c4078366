package org.ascend4j.djl;

import java.time.Duration;
import org.ascend4j.DeviceInfo;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;

/** What a model has open: one engine, for whichever task it was loaded. */
sealed interface OpenEngine {
    DeviceInfo device();

    /** @param patience how long running requests may go on */
    void close(Duration patience);

    static OpenEngine open(ModelSettings settings) {
        return settings.embeds()
                ? new Vectors(Embedder.open(settings.model(), settings.options()))
                : new Text(Llm.open(settings.model(), settings.options()));
    }

    /** Generates. */
    record Text(Llm llm) implements OpenEngine {
        @Override
        public DeviceInfo device() {
            return llm.device();
        }

        @Override
        public void close(Duration patience) {
            if (!patience.isZero()) {
                llm.drain(patience);
            }
            llm.close();
        }
    }

    /** Embeds. */
    record Vectors(Embedder embedder) implements OpenEngine {
        @Override
        public DeviceInfo device() {
            return embedder.device();
        }

        /** A text takes less than anybody's patience. */
        @Override
        public void close(Duration patience) {
            embedder.close();
        }
    }
}
