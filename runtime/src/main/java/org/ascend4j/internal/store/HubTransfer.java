package org.ascend4j.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/**
 * Brings one file of a repository to its place: goes on where an earlier try broke off, tries again when a connection is
 * cut, and gives the file its name only after its digest was right.
 */
final class HubTransfer {
    static final int MOST_TRIES = 6;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
    private static final int BUFFER = 1 << 18;

    private final HubClient client;
    private final HubSettings settings;
    private final HubName name;
    private final String commit;

    HubTransfer(HubClient client, HubSettings settings, HubName name, String commit) {
        this.client = client;
        this.settings = settings;
        this.name = name;
        this.commit = commit;
    }

    /**
     * Downloads a file.
     *
     * @param target its place; what is there already is whole
     * @param progress hears the bytes of this file that are here
     */
    void fetch(HubFile file, Path target, LongConsumer progress) throws IOException {
        if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            progress.accept(Files.size(target));
            return;
        }
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling(target.getFileName() + ".part");
        int tries = 0;
        long best = -1;
        while (true) {
            try {
                attempt(file, part, progress);
                break;
            } catch (IOException failed) {
                // Every byte that a try adds earns another one.
                long here = Files.exists(part) ? Files.size(part) : 0;
                tries = here > best ? 1 : tries + 1;
                best = Math.max(best, here);
                if (tries >= MOST_TRIES) {
                    throw new PullException(
                            name + ", " + file.name() + ": given up after " + here + " bytes and " + MOST_TRIES
                                    + " tries: " + failed.getMessage() + "; run it again to go on",
                            failed);
                }
                pause(settings, failed, tries);
            }
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    }

    private void attempt(HubFile file, Path part, LongConsumer progress) throws IOException {
        try (FileChannel out = FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
            if (file.bytes() >= 0 && out.size() > file.bytes()) {
                out.truncate(0);
            }
            String etag = "";
            if (file.bytes() < 0 || out.size() < file.bytes() || file.bytes() == 0) {
                etag = receive(file, out, progress);
            }
            out.force(true);
            verify(file, out, etag, part);
        }
    }

    private String receive(HubFile file, FileChannel out, LongConsumer progress) throws IOException {
        HubClient.Content content;
        try {
            content = client.open(name, commit, file, out.size());
        } catch (HubClient.Temporary refused) {
            if (refused.getMessage().contains("fewer bytes")) {
                out.truncate(0);
            }
            throw refused;
        }
        try (InputStream body = content.body();
                StallGuard guard = new StallGuard(body, settings.timeout())) {
            out.truncate(content.from());
            byte[] bytes = new byte[BUFFER];
            long at = content.from();
            for (int read = body.read(bytes); read >= 0; read = body.read(bytes)) {
                guard.moved();
                if (file.bytes() >= 0 && at + read > file.bytes()) {
                    throw wrong(file, "more than " + file.bytes() + " bytes", "so many");
                }
                for (ByteBuffer left = ByteBuffer.wrap(bytes, 0, read); left.hasRemaining(); ) {
                    at += out.write(left, at);
                }
                progress.accept(at);
            }
            if (file.bytes() >= 0 && at < file.bytes()) {
                throw new IOException("the connection ended after " + at + " of " + file.bytes() + " bytes");
            }
            return content.etag();
        }
    }

    private void verify(HubFile file, FileChannel in, String etag, Path part) throws IOException {
        boolean large = !file.sha256().isEmpty();
        String expected = large ? file.sha256() : !file.blob().isEmpty() ? file.blob() : etag;
        if (!expected.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw wrong(file, "no digest from the hub", "one: nothing is taken on trust");
        }
        String found = expected.length() == 64 ? digest("SHA-256", in, new byte[0]) : gitBlob(in);
        if (!found.equals(expected)) {
            Files.delete(part);
            throw wrong(file, "digest " + found, expected + "; what was received has been removed");
        }
    }

    private static String gitBlob(FileChannel in) throws IOException {
        return digest("SHA-1", in, ("blob " + in.size() + "\0").getBytes(StandardCharsets.US_ASCII));
    }

    private static String digest(String algorithm, FileChannel in, byte[] front) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(front);
            ByteBuffer bytes = ByteBuffer.allocate(BUFFER);
            long at = 0;
            for (int read = in.read(bytes, at); read >= 0; read = in.read(bytes.clear(), at)) {
                digest.update(bytes.flip());
                at += read;
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has " + algorithm, impossible);
        }
    }

    private PullException wrong(HubFile file, String found, String expected) {
        return new PullException(name + ", " + file.name() + ": found " + found + ", expected " + expected);
    }

    /** Waits before the next try, as long as the hub asks for or longer with each. */
    static void pause(HubSettings settings, IOException failed, int tries) {
        Duration asked = failed instanceof HubClient.Temporary temporary ? temporary.pause() : Duration.ZERO;
        Duration own = settings.pause().multipliedBy(1L << Math.min(tries - 1, 5));
        Duration wait = asked.compareTo(own) > 0 ? asked : own;
        try {
            Thread.sleep((wait.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : wait).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new PullException("interrupted while waiting to try again", true);
        }
    }
}
