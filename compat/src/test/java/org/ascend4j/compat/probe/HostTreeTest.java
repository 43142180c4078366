package org.ascend4j.compat.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTreeTest {
    @TempDir
    private Path directory;

    private StackTree tree() {
        return new StackTree(directory.resolve("tree"));
    }

    @Test
    void looksAbsoluteLinksUpBelowItsRoot() {
        StackTree tree = tree().file("/opt/real/file", "inside").link("/etc/link", "/opt/real");
        HostTree host = new HostTree(tree.root());
        assertThat(host.read("/etc/link/file").text()).isEqualTo("inside");
        assertThat(host.find("/etc/link/file").inTree()).isEqualTo("/opt/real/file");
    }

    @Test
    void neverLeavesItsRoot() {
        StackTree tree =
                tree().directory("/a").link("/a/up", "../../../../outside").link("/etc", "../../etc");
        new StackTree(directory).file("/outside", "secret");
        HostTree host = new HostTree(tree.root());
        assertThat(host.find("/a/up").kind()).isEqualTo(HostTree.Kind.MISSING);
        assertThat(host.find("/../outside").kind()).isEqualTo(HostTree.Kind.MISSING);
        assertThat(host.find("/etc/passwd").exists()).isFalse();
    }

    @Test
    void reportsLinksInACircle() {
        HostTree host = new HostTree(tree().link("/a", "/b").link("/b", "/a").root());
        assertThat(host.find("/a").kind()).isEqualTo(HostTree.Kind.UNREADABLE);
        assertThat(host.read("/a").problem()).contains("symbolic links");
        assertThat(host.list("/a")).isEmpty();
    }

    @Test
    void opensNoPipe() throws Exception {
        StackTree tree = tree().directory("/d");
        Process mkfifo = new ProcessBuilder("mkfifo", tree.at("/d/pipe").toString()).start();
        assertThat(mkfifo.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(mkfifo.exitValue()).isZero();
        FileText text = Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5), () -> new HostTree(tree.root()).read("/d/pipe"));
        assertThat(text.status()).isEqualTo(FileText.Status.UNREADABLE);
        assertThat(text.problem()).isEqualTo("not a regular file");
    }

    @Test
    void readsOnlyTheBeginningOfAHugeFile() throws Exception {
        StackTree tree = tree().file("/huge", "Version=1\n");
        try (RandomAccessFile sparse = new RandomAccessFile(tree.at("/huge").toFile(), "rw")) {
            sparse.setLength(4L << 30);
        }
        FileText text = new HostTree(tree.root()).read("/huge");
        assertThat(text.truncated()).isTrue();
        assertThat(text.text()).hasSize(HostTree.MAX_FILE_BYTES);
        assertThat(text.problem()).isEqualTo("larger than 65536 bytes");
    }

    @Test
    void tellsMissingFromUnreadable() {
        HostTree host = new HostTree(tree().file("/file", "x").directory("/dir").root());
        assertThat(host.find("/none/below").kind()).isEqualTo(HostTree.Kind.MISSING);
        assertThat(host.find("/file/below").kind()).isEqualTo(HostTree.Kind.MISSING);
        assertThat(host.read("/dir").problem()).isEqualTo("a directory stands in its place");
        assertThat(host.find("/" + "x".repeat(5000)).problem()).contains("4096");
        assertThat(host.find("/" + "x".repeat(4000)).kind()).isEqualTo(HostTree.Kind.UNREADABLE);
        assertThat(host.find("/a\0b").kind()).isEqualTo(HostTree.Kind.UNREADABLE);
        assertThat(new HostTree(directory.resolve("no such root")).find("/etc").kind())
                .isEqualTo(HostTree.Kind.MISSING);
    }

    @Test
    void takesBytesThatAreNotUtf8AndSaysSo() {
        HostTree host = new HostTree(tree().bytes("/v", new byte[] {(byte) 0xff, '\n', 'V', '=', '1', '\n'})
                .root());
        FileText text = host.read("/v");
        assertThat(text.problem()).isEqualTo("not UTF-8");
        assertThat(text.values("v", '=')).containsExactly("1");
    }

    @Test
    void readsKeysWhateverTheLineEndQuotesOrByteOrderMark() {
        HostTree host = new HostTree(tree().file("/v", "\uFEFFVersion = \"9.0.1\" \r\nother=1\rVERSION=9.0.2\n=none\n")
                .root());
        assertThat(host.read("/v").values("Version", '=')).containsExactly("9.0.1", "9.0.2");
    }
}
