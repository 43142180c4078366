package org.ascend4j.internal.acl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Native files of the jars, unpacked into the user's cache under their digest.
 *
 * <p>A manifest resource holds lines {@code <sha-256>  <file name>}. A file that is already there is compared with the
 * jar's, byte by byte, before every use; one that differs is written anew beside it, which checks its digest, and renamed
 * into place. Comparing takes a start a tenth of the time that a digest does in a JVM that has compiled nothing yet.
 */
final class NativeFiles {
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *]([A-Za-z0-9_][A-Za-z0-9_.+-]*)");

    private final ClassLoader loader;
    private final String folder;
    private final Map<String, String> digests;
    private final Path directory;

    private NativeFiles(ClassLoader loader, String folder, Map<String, String> digests, Path directory) {
        this.loader = loader;
        this.folder = folder;
        this.digests = digests;
        this.directory = directory;
    }

    /** Unpacks and verifies all files that the manifest {@code folder/manifest} lists. */
    static NativeFiles unpack(ClassLoader loader, String folder, String manifest, Path cache) throws IOException {
        byte[] text = read(loader, folder + manifest);
        Map<String, String> digests = parse(new String(text, StandardCharsets.UTF_8), folder + manifest);
        Path natives = PrivateDirectory.child(cache, "native");
        Path directory = PrivateDirectory.child(natives, name(digests));
        NativeFiles files = new NativeFiles(loader, folder, digests, directory);
        for (String name : digests.keySet()) {
            files.verify(name);
        }
        return files;
    }

    /** Pure reading of a manifest; a name can never leave its directory. */
    static Map<String, String> parse(String manifest, String source) throws IOException {
        Map<String, String> digests = new LinkedHashMap<>();
        for (String line : manifest.lines().toList()) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches() || digests.put(matcher.group(2), matcher.group(1)) != null) {
                throw new IOException(source + ": expected one '<sha-256>  <file name>' a line, found '" + line + "'");
            }
        }
        if (digests.isEmpty()) {
            throw new IOException(source + " lists no file; build the native module again");
        }
        return digests;
    }

    /** A name that other contents do not have: the first 64 bits of the digests, mixed. */
    private static String name(Map<String, String> digests) {
        long mixed = 0;
        for (String digest : digests.values()) {
            mixed = 31 * mixed + Long.parseUnsignedLong(digest.substring(0, 16), 16);
        }
        String name = Long.toHexString(mixed);
        return "0".repeat(16 - name.length()) + name;
    }

    Path directory() {
        return directory;
    }

    Path path(String name) {
        if (!digests.containsKey(name)) {
            throw new IllegalArgumentException("the manifest lists no " + name + ", only " + digests.keySet());
        }
        return directory.resolve(name);
    }

    /** A second, uniquely named copy of a verified file, for the caller to delete. */
    Path copy(String name) throws IOException {
        return write(name, Files.createTempFile(directory, name, ".copy", onlyUser()));
    }

    private void verify(String name) throws IOException {
        Path file = directory.resolve(name);
        if (!intact(file, name)) {
            Path fresh = write(name, Files.createTempFile(directory, name, ".new", onlyUser()));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private boolean intact(Path file, String name) throws IOException {
        try (InputStream found = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            PrivateDirectory.checkOwner(file);
            try (InputStream expected = resource(loader, folder + name)) {
                return same(found, expected);
            }
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            if (Files.isSymbolicLink(file)) {
                throw new IOException("will not load native code through the link " + file + "; remove it", e);
            }
            throw e;
        }
    }

    private static boolean same(InputStream found, InputStream expected) throws IOException {
        byte[] left = new byte[1 << 18];
        byte[] right = new byte[left.length];
        int length;
        do {
            length = found.readNBytes(left, 0, left.length);
            if (expected.readNBytes(right, 0, right.length) != length
                    || !Arrays.equals(left, 0, length, right, 0, length)) {
                return false;
            }
        } while (length == left.length);
        return true;
    }

    private Path write(String name, Path target) throws IOException {
        try (InputStream in = resource(loader, folder + name)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
            String found = digest(Files.readAllBytes(target));
            if (!found.equals(digests.get(name))) {
                throw new IOException(folder + name + " has digest " + found + ", its manifest says "
                        + digests.get(name) + "; the jar is damaged, get it again");
            }
            return target;
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(target);
            throw e;
        }
    }

    private static java.nio.file.attribute.FileAttribute<?> onlyUser() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    private static byte[] read(ClassLoader loader, String name) throws IOException {
        try (InputStream in = resource(loader, name)) {
            return in.readAllBytes();
        }
    }

    private static InputStream resource(ClassLoader loader, String name) throws IOException {
        InputStream in = loader.getResourceAsStream(name);
        if (in == null) {
            throw new IOException("no resource " + name + " on the class path; add the Ascend4J jar built for "
                    + NativePlatform.current());
        }
        return in;
    }

    static String digest(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
