package org.ascend4j.compat.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorProbeTest {
    private static final Path ENGINE = Path.of("..", "runtime", "src", "main", "java");
    private static final Pattern OPERATOR = Pattern.compile("\"(aclnn[A-Z][A-Za-z0-9]*)\"");

    /** An operator that the engine calls and the sweep does not know would fail at its first call. */
    @Test
    void sweepsForEveryOperatorThatTheEngineNames() throws IOException {
        Set<String> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(ENGINE)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                Matcher matcher = OPERATOR.matcher(Files.readString(file));
                while (matcher.find()) {
                    named.add(matcher.group(1));
                }
            }
        }
        List<String> known = new ArrayList<>(OperatorProbe.REQUIRED);
        known.addAll(OperatorProbe.OPTIONAL);
        assertThat(known).containsExactlyInAnyOrderElementsOf(named);
    }

    @Test
    void readsNoSymbolsFromWhatIsNoLibrary(@TempDir Path directory) {
        StackTree tree = new StackTree(directory);
        HostTree host = new HostTree(directory);
        byte[] header = new byte[64];
        System.arraycopy(new byte[] {0x7f, 'E', 'L', 'F', 2, 1}, 0, header, 0, 6);
        header[58] = 64;
        header[60] = 1;
        for (int offset : new int[] {0, 64, Integer.MAX_VALUE, Integer.MIN_VALUE, -1}) {
            java.nio.ByteBuffer.wrap(header)
                    .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                    .putLong(40, offset);
            tree.bytes("/lib.so", header);
            assertThat(ElfFile.exports(host, "/lib.so", name -> true).orElse(Set.of()))
                    .isEmpty();
        }
        assertThat(ElfFile.exports(host, "/none.so", name -> true)).isEmpty();
        assertThat(ElfFile.exports(host, "/", name -> true)).isEmpty();
    }
}
