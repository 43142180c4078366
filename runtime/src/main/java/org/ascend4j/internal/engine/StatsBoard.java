package org.ascend4j.internal.engine;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.model.GraphLevel;
import org.ascend4j.internal.model.GraphStats;
import org.ascend4j.internal.schedule.SchedulerStats;

/** Where the engine thread puts its figures and any thread finds them. Counts go on over a restart of the scheduler. */
final class StatsBoard {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final GraphStats NO_GRAPHS = new GraphStats(GraphLevel.EAGER, 0, 0, 0, List.of(), "");

    private final LiveRequests live;
    private final EngineMeter meter;
    private SchedulerStats scheduler = SchedulerStats.NONE;
    private SchedulerStats earlier = SchedulerStats.NONE;
    private GraphStats graphs = NO_GRAPHS;
    private GraphStats earlierGraphs = NO_GRAPHS;
    private long deviceNanos;
    private int held;
    private long earlierDeviceNanos;
    private long publishedNanos = System.nanoTime();
    private volatile EngineStats stats;

    StatsBoard(LiveRequests live, EngineMeter meter) {
        this.live = live;
        this.meter = meter;
        publish();
    }

    /** A step is over. */
    void step(EngineLoop loop, long nanos, long calls) {
        scheduler = loop.stats();
        meter.step(nanos, calls, scheduler.scheduledTokens());
        if (System.nanoTime() - publishedNanos >= PERIOD_NANOS) {
            publish(loop);
        }
    }

    void publish(EngineLoop loop) {
        scheduler = loop.stats();
        graphs = loop.graphStats();
        deviceNanos = loop.deviceNanos();
        held = loop.held();
        publish();
    }

    private void publish() {
        publishedNanos = System.nanoTime();
        stats = new EngineStats(
                scheduler.after(earlier),
                total(graphs, earlierGraphs),
                live.size(),
                held,
                live.failures(),
                meter.stepNanos(),
                deviceNanos + earlierDeviceNanos,
                meter.stepCalls(),
                meter.latencies());
    }

    /** A loop is given up; the next begins to count from zero. */
    void retire(EngineLoop loop) {
        publish(loop);
        earlier = scheduler.after(earlier);
        earlierGraphs = total(graphs, earlierGraphs);
        earlierDeviceNanos += deviceNanos;
        scheduler = SchedulerStats.NONE;
        graphs = NO_GRAPHS;
        deviceNanos = 0;
        meter.restart();
        publish();
    }

    private static GraphStats total(GraphStats now, GraphStats before) {
        return new GraphStats(
                now.level(),
                now.full() + before.full(),
                now.piecewise() + before.piecewise(),
                now.eager() + before.eager(),
                now.captured(),
                now.fallback());
    }

    EngineStats stats() {
        return stats;
    }
}
