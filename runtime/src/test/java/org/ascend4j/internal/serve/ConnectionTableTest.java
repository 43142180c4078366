package org.ascend4j.internal.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTableTest {
    @TempDir
    private Path directory;

    @Test
    void readsBothKindsOfAddresses() throws IOException {
        assumeThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        Path four = Files.writeString(directory.resolve("tcp"), """
                  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
                   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1 1 0
                   1: 0100007F:1F90 0200000A:C350 01 00000000:00000000 00:00000000 00000000     0        0 2 1 0
                   2: 0100007F:1F90 0100007F:C351 08 00000000:00000000 00:00000000 00000000     0        0 3 1 0
                   3: 0100007F:1F91 0100007F:C352 01 00000000:00000000 00:00000000 00000000     0        0 4 1 0
                """);
        Path six = Files.writeString(directory.resolve("tcp6"), """
                  sl  local_address                         remote_address                        st tx_queue
                   0: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000100007F:C353 01 00000000
                   1: 00000000000000000000000001000000:1F90 B80D0120000000000000000001000000:C354 01 00000000
                """);
        InetAddress loopback = InetAddress.getByName("127.0.0.1");
        ConnectionTable table = new ConnectionTable(List.of(four, six));
        assertThat(table.listens(8080)).isTrue();
        assertThat(table.listens(8081)).isFalse();
        assertThat(table.established(8080))
                .containsExactlyInAnyOrder(
                        new Connection(loopback, 8080, InetAddress.getByName("10.0.0.2"), 50_000),
                        new Connection(loopback, 8080, loopback, 50_003),
                        new Connection(
                                InetAddress.getByName("::1"), 8080, InetAddress.getByName("2001:db8::1"), 50_004));
    }

    @Test
    void saysThatItCannotTellWithoutAnyFile() {
        ConnectionTable table = new ConnectionTable(List.of(directory.resolve("none")));
        assertThatThrownBy(() -> table.established(80))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("none");
    }
}
