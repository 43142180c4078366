package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.EngineFailedException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.error.SlowConsumerException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.junit.jupiter.api.Test;

class ApiErrorTest {
    private static int status(Throwable thrown) {
        return ApiError.of(thrown).status();
    }

    @Test
    void givesEachFailureItsStatus() {
        assertThat(status(new InvalidRequestException("n", "found 0"))).isEqualTo(400);
        assertThat(status(new OverloadedException("full", Duration.ofSeconds(1))))
                .isEqualTo(503);
        assertThat(status(new UnavailableException("asleep"))).isEqualTo(503);
        assertThat(status(new EngineFailedException("gone", null))).isEqualTo(503);
        assertThat(status(new SlowConsumerException("slow"))).isEqualTo(408);
        assertThat(status(new AscendException("no more"))).isEqualTo(500);
        assertThat(status(new IllegalStateException("never"))).isEqualTo(500);
        assertThat(status(new ExecutionException(new CompletionException(new UnavailableException("asleep")))))
                .isEqualTo(503);
    }

    @Test
    void tellsOfDeviceMemoryThatIsUsedUp() {
        try (DeviceSession session =
                DeviceSession.open(new DevicePlan(true, 0, List.of()), 1, Duration.ofSeconds(30))) {
            assertThatThrownBy(() -> session.device().allocate(1L << 50))
                    .isInstanceOf(AclException.class)
                    .satisfies(full -> assertThat(status(new AscendException("refused", full)))
                            .isEqualTo(507));
        }
    }

    @Test
    void tellsClientsNothingOfTheHost() {
        for (Throwable thrown : new Throwable[] {
            new AscendException("/secret/path"), new UnavailableException("/secret/path"), new Error("/secret/path")
        }) {
            assertThat(new String(ApiError.of(thrown).toJson(), StandardCharsets.UTF_8))
                    .doesNotContain("secret");
        }
    }

    @Test
    void makesValidTextOfHalfACharacter() {
        ApiError error = ApiError.of(new InvalidRequestException("\ud800", "found \udc00"));
        assertThat(new String(error.toJson(), StandardCharsets.UTF_8)).contains("\"param\":\"?\"");
    }
}
