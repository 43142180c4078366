package org.ascend4j.bench.micro;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.util.concurrent.TimeUnit;
import org.ascend4j.internal.acl.Acl;
import org.ascend4j.internal.acl.Device;
import org.ascend4j.internal.acl.HostDeviceLibraries;
import org.ascend4j.internal.acl.generated.AclNative;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to reach a native function that does next to nothing: aclrtGetDevice of the host device. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CallOverhead {
    private final int[] id = new int[1];
    private final IntByReference jnaId = new IntByReference();
    private Device device;
    private JnaAcl jna;

    /** The same function by JNA's interface mapping. */
    public interface JnaAcl extends Library {
        int aclrtGetDevice(IntByReference device);
    }

    @Setup(Level.Trial)
    public void open() {
        Acl.openHostDevice();
        device = Device.open(0);
        jna = Native.load(
                HostDeviceLibraries.directory().resolve("libascendcl.so").toString(), JnaAcl.class);
    }

    @TearDown(Level.Trial)
    public void close() {
        device.close();
    }

    @Benchmark
    public int javacpp() {
        return AclNative.aclrtGetDevice(id);
    }

    @Benchmark
    public int jnaInterface() {
        return jna.aclrtGetDevice(jnaId);
    }
}
