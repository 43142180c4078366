package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeFilesTest {
    @TempDir
    Path folder;

    private Path jar;
    private Path cache;
    private URLClassLoader loader;

    @BeforeEach
    void makeJar() throws IOException {
        jar = Files.createDirectories(folder.resolve("jar"));
        Files.createDirectories(jar.resolve("natives"));
        Files.write(jar.resolve("natives/a.so"), new byte[] {1, 2, 3});
        list("a.so", NativeFiles.digest(new byte[] {1, 2, 3}));
        cache = folder.resolve("cache");
        PrivateDirectory.open(cache);
        loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
    }

    @AfterEach
    void closeLoader() throws IOException {
        loader.close();
    }

    private void list(String name, String digest) throws IOException {
        Files.writeString(jar.resolve("natives/list"), digest + "  " + name + "\n");
    }

    private NativeFiles unpack() throws IOException {
        return NativeFiles.unpack(loader, "natives/", "list", cache);
    }

    @Test
    void unpacksIntoDirectoriesThatOnlyTheUserMayEnter() throws IOException {
        Path file = unpack().path("a.so");
        assertThat(file).hasBinaryContent(new byte[] {1, 2, 3});
        for (Path path = file.getParent(); !path.equals(folder); path = path.getParent()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as(path.toString())
                    .isEqualTo("rwx------");
        }
        assertThat(unpack().path("a.so")).isEqualTo(file);
    }

    @Test
    void writesAnewWhatWasChangedUnderTheSameSizeAndTime() throws IOException {
        Path file = unpack().path("a.so");
        FileTime time = Files.getLastModifiedTime(file);
        Files.write(file, new byte[] {1, 2, 4});
        Files.setLastModifiedTime(file, time);
        assertThat(unpack().path("a.so")).hasBinaryContent(new byte[] {1, 2, 3});
    }

    @Test
    void leavesNothingElseBehind() throws IOException {
        NativeFiles files = unpack();
        assertThat(files.directory().toFile().list()).containsExactly("a.so");
        Path copy = files.copy("a.so");
        assertThat(copy).hasBinaryContent(new byte[] {1, 2, 3}).isNotEqualTo(files.path("a.so"));
    }

    @RepeatedTest(5)
    void manyThreadsMayUnpackAtOnce() throws Exception {
        byte[] large = new byte[200_000];
        Files.write(jar.resolve("natives/a.so"), large);
        list("a.so", NativeFiles.digest(large));
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            Callable<Path> unpacking = () -> unpack().path("a.so");
            for (Future<Path> path : threads.invokeAll(Collections.nCopies(8, unpacking))) {
                assertThat(path.get()).hasBinaryContent(large);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(unpack().directory().toFile().list()).containsExactly("a.so");
    }

    @Test
    void refusesJarWhoseFileDoesNotFitItsManifest() throws IOException {
        Files.write(jar.resolve("natives/a.so"), new byte[] {9});
        assertThatIOException().isThrownBy(this::unpack).withMessageContaining("natives/a.so has digest");
        assertThat(Files.walk(cache).filter(Files::isRegularFile)).isEmpty();
    }

    @Test
    void refusesLinkInPlaceOfTheFile() throws IOException {
        Path file = unpack().path("a.so");
        Files.delete(file);
        Files.createSymbolicLink(file, Files.write(folder.resolve("elsewhere"), new byte[] {1, 2, 3}));
        assertThatIOException().isThrownBy(this::unpack).withMessageContaining("link");
    }

    @Test
    void refusesLinkInPlaceOfItsDirectory() throws IOException {
        Path directory = unpack().directory();
        Path moved = Files.move(directory, folder.resolve("moved"));
        Files.createSymbolicLink(directory, moved);
        assertThatIOException().isThrownBy(this::unpack).withMessageContaining("it is a link");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwx---", "rwx----w-", "rwxrwxrwx"})
    void refusesDirectoryThatOthersMayWrite(String mode) throws IOException {
        Path directory = unpack().directory();
        for (Path path : new Path[] {directory, directory.getParent(), cache}) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
            assertThatIOException()
                    .isThrownBy(this::unpack)
                    .withMessageContaining(path + ": other users may write there");
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void refusesFileThatOthersMayWrite() throws IOException {
        Path file = unpack().path("a.so");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
        assertThatIOException().isThrownBy(this::unpack).withMessageContaining("other users may write");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "abc  a.so",
                "%s ../a.so",
                "%s  ../a.so",
                "%s  /etc/passwd",
                "%s  .hidden",
                "%s  a b",
                "%s  a.so\n%s  a.so"
            })
    void refusesManifestThatIsNoListOfDigests(String text) {
        String manifest = text.replace("%s", "0".repeat(64));
        assertThatIOException()
                .isThrownBy(() -> NativeFiles.parse(manifest, "the manifest"))
                .withMessageContaining("the manifest");
    }

    @Test
    void namesTheResourceThatTheClassPathLacks() throws IOException {
        list("b.so", "0".repeat(64));
        assertThatIOException().isThrownBy(this::unpack).withMessageContaining("natives/b.so");
    }

    @Test
    void prefersOwnVariableThenXdgThenHome() throws IOException {
        assertThat(PrivateDirectory.cachePath("/own", "/xdg", "/home/u")).isEqualTo(Path.of("/own"));
        assertThat(PrivateDirectory.cachePath(null, "/xdg", "/home/u")).isEqualTo(Path.of("/xdg/ascend4j"));
        assertThat(PrivateDirectory.cachePath("", "relative", "/home/u")).isEqualTo(Path.of("/home/u/.cache/ascend4j"));
        assertThat(PrivateDirectory.cachePath("relative", null, "/home/u"))
                .isEqualTo(Path.of("relative").toAbsolutePath());
        assertThatIOException()
                .isThrownBy(() -> PrivateDirectory.cachePath("a\0b", null, "/home/u"))
                .withMessageContaining("LC_ALL=C.UTF-8");
        assertThatIOException()
                .isThrownBy(() -> PrivateDirectory.cachePath(null, null, "?"))
                .withMessageContaining("ASCEND4J_CACHE");
    }

    @Test
    void narrowsItsOwnDirectoryButNotOneThatTheUserNamed() throws IOException {
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxr-x"));
        assertThatIOException()
                .isThrownBy(() -> PrivateDirectory.cache(cache.toString(), cache))
                .withMessageContaining("run chmod go-w on it");
        assertThat(PrivateDirectory.cache(null, cache)).isEqualTo(cache);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void readsEveryByteOfLargeFiles() throws IOException {
        byte[] large = new byte[300_000];
        Arrays.fill(large, (byte) 7);
        Files.write(jar.resolve("natives/a.so"), large);
        list("a.so", NativeFiles.digest(large));
        Path file = unpack().path("a.so");
        large[299_999] = 8;
        Files.write(file, large);
        assertThat(Files.readAllBytes(unpack().path("a.so"))[299_999]).isEqualTo((byte) 7);
        assertThat(Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }
}
