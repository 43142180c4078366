package org.ascend4j.bench.micro;

import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.schedule.BlockPool;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Taking blocks of the KV cache's pool and giving them back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class BlockAllocation {
    @Param({"1", "32"})
    public int blocks;

    private BlockPool pool;

    @Setup(Level.Trial)
    public void open() {
        pool = new BlockPool(4096, 128);
    }

    @Benchmark
    public int[] takeAndRelease() {
        int[] taken = pool.allocate(blocks);
        pool.release(taken);
        return taken;
    }
}
