package org.ascend4j.internal.serve;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** The two ends of a TCP connection, as this host's kernel lists it. */
record Connection(InetAddress local, int localPort, InetAddress remote, int remotePort) {
    static Connection of(InetSocketAddress local, InetSocketAddress remote) {
        return new Connection(local.getAddress(), local.getPort(), remote.getAddress(), remote.getPort());
    }
}
