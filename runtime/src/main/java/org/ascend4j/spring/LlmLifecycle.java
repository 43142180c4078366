package org.ascend4j.spring;

import java.time.Duration;
import org.ascend4j.Llm;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Drains a model when its application stops: after the web server has stopped taking requests and before it closes
 * connections, so that answers which stream can end. A drained model is closed.
 */
public final class LlmLifecycle implements SmartLifecycle {
    /** Between those two of Spring Boot's web server, which stand 1024 and 2048 below the default. */
    private static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1536;

    private static final Logger LOG = LoggerFactory.getLogger(LlmLifecycle.class);

    private final Llm llm;
    private final Duration patience;
    private volatile boolean running;

    /** @param patience what has not ended by then fails */
    public LlmLifecycle(Llm llm, Duration patience) {
        this.llm = llm;
        this.patience = patience;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        int live = llm.stats().requests().live();
        if (live > 0) {
            LOG.info("waiting up to {} s for {} answers to end", patience.toSeconds(), live);
        }
        if (!llm.drain(patience)) {
            LOG.warn("some answers did not end within {} s and were given up", patience.toSeconds());
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** A closed model cannot be started again, so a context that pauses leaves it alone. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
