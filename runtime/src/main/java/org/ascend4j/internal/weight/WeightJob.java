package org.ascend4j.internal.weight;

import java.nio.ByteBuffer;
import java.util.List;
import org.ascend4j.internal.acl.DeviceMemory;

/**
 * A part of a tensor on its way to the device: bytes of the file are turned into one or more regions of a staging buffer
 * (any loader thread), then each region is copied (the device's thread).
 */
abstract class WeightJob {
    /** Bytes of the staging buffer that go to one place on the device. */
    record Region(int offset, int length, DeviceMemory target, long targetOffset) {}

    /** Bytes of the file that this job reads. */
    abstract int sourceBytes();

    /** Bytes of staging that it fills. */
    abstract int stagingBytes();

    /** Reads and converts. */
    abstract List<Region> run(ByteBuffer source, ByteBuffer staging);
}
