package org.ascend4j.bench.micro;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Work that a kernel did; JMH divides it by the time. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class Rates {
    /** 10^9 bytes that must be read and written at least once. */
    public double GB;

    /** 10^9 multiplications and additions. */
    public double GOP;

    void add(double bytes, double operations) {
        GB += bytes / 1e9;
        GOP += operations / 1e9;
    }
}
