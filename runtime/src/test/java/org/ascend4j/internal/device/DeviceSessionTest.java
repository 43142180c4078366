package org.ascend4j.internal.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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
    void limitsTheHostsThreads() {
        assertThat(session.device().coreLimit()).isBetween(1, 2);
    }

    @Test
    void opensItsSideStreamOnce() {
        assertThat(session.side()).isSameAs(session.side()).isNotSameAs(session.stream());
        session.synchronize();
    }
}
