package org.ascend4j.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.ascend4j.internal.acl.DeviceMemory;
import org.ascend4j.internal.acl.NativeResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeviceSessionTest {
    private DeviceSession session;

    @BeforeEach
    void open() {
        session = DeviceSession.open(new DevicePlan(true, 0, List.of()), 2, Duration.ofSeconds(30));
    }

    @AfterEach
    void close() {
        session.close();
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    @Test
    void tellsWhichDeviceItIs() {
        assertThat(session.host()).isTrue();
        assertThat(session.name()).isEqualTo("host");
        assertThat(session.library()).contains("libascendcl.so");
        assertThat(session.cannVersion()).isNotBlank();
        assertThat(new DevicePlan(false, 3, List.of()).name()).isEqualTo("npu:3");
    }

    @Test
    void bringsStagedBytesThereAndBack() {
        for (int size : new int[] {1, 100, 1 << 16, (1 << 16) + 1, 1 << 20, 7}) {
            try (DeviceMemory memory = session.device().allocate(size)) {
                ByteBuffer staging = session.stage(size);
                assertThat(staging.position()).isZero();
                assertThat(staging.remaining()).isEqualTo(size);
                for (int i = 0; i < size; i++) {
                    staging.put(i, (byte) (i * 31 + size));
                }
                session.upload(memory, size);
                session.synchronize();
                session.stage(size).put(0, (byte) 0);
                ByteBuffer back = session.download(memory, size);
                assertThat(back.remaining()).isEqualTo(size);
                for (int i = 0; i < size; i++) {
                    assertThat(back.get(i)).isEqualTo((byte) (i * 31 + size));
                }
            }
        }
    }

    @Test
    void limitsTheHostsThreads() {
        assertThat(session.device().coreLimit()).isBetween(1, 2);
    }

    @Test
    void allocatesNothingForSmallerTransfers() {
        session.stage(1 << 20);
        var before = NativeResources.outstanding();
        for (int size = 1; size < 1 << 20; size *= 3) {
            session.stage(size);
        }
        assertThat(NativeResources.outstanding()).isEqualTo(before);
    }
}
