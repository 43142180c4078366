package org.ascend4j.internal.serve;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The kernel's list of TCP connections (Linux, proc(5)): says of a connection whether its client is still there without
 * touching its socket. Each line has the two ends in hexadecimal, addresses as words in the host's byte order, and the
 * state.
 */
final class ConnectionTable {
    private static final String ESTABLISHED = "01";
    private static final String LISTENING = "0A";
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;

    private final List<Path> files;

    ConnectionTable() {
        this(List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6")));
    }

    ConnectionTable(List<Path> files) {
        this.files = files;
    }

    /**
     * Whether a port is listened at. A table that does not have the port of this process's own server is another's.
     *
     * @throws IOException if this host does not tell
     */
    boolean listens(int port) throws IOException {
        return !lines(port, LISTENING).isEmpty();
    }

    /**
     * The connections of a port that both sides hold open.
     *
     * @throws IOException if this host does not tell
     */
    Set<Connection> established(int port) throws IOException {
        Set<Connection> found = new HashSet<>();
        for (String[] line : lines(port, ESTABLISHED)) {
            found.add(
                    new Connection(address(line[LOCAL]), port(line[LOCAL]), address(line[REMOTE]), port(line[REMOTE])));
        }
        return found;
    }

    private List<String[]> lines(int port, String state) throws IOException {
        List<String[]> found = new ArrayList<>();
        String ending = String.format(":%04X", port);
        // Most lines of a busy server are of connections that have ended: they need not be cut up.
        String rough = ' ' + state + ' ';
        boolean any = false;
        for (Path file : files) {
            if (Files.isReadable(file)) {
                any = true;
                // The kernel does not say beforehand how long it is.
                String text = new String(Files.readAllBytes(file), StandardCharsets.US_ASCII);
                text.lines()
                        .filter(line -> line.contains(rough) && line.contains(ending))
                        .map(line -> line.strip().split("\\s+", STATE + 2))
                        .filter(line ->
                                line.length > STATE && line[LOCAL].endsWith(ending) && line[STATE].equals(state))
                        .forEach(found::add);
            }
        }
        if (!any) {
            throw new IOException("none of " + files + " can be read");
        }
        return found;
    }

    private static int port(String end) {
        return Integer.parseInt(end.substring(end.indexOf(':') + 1), 16);
    }

    private static InetAddress address(String end) {
        byte[] words = HexFormat.of().parseHex(end.substring(0, end.indexOf(':')));
        ByteBuffer in = ByteBuffer.wrap(words);
        ByteBuffer out = ByteBuffer.allocate(words.length).order(ByteOrder.nativeOrder());
        while (in.hasRemaining()) {
            out.putInt(in.getInt());
        }
        try {
            return InetAddress.getByAddress(out.array());
        } catch (UnknownHostException wrongLength) {
            throw new IllegalStateException("not an address: " + end, wrongLength);
        }
    }
}
