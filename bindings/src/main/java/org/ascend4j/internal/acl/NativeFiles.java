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
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Native files of the jars, unpacked into the user's cache under their digest.
 *
 * <p>A manifest resource holds lines {@code <sha-256>  <file name>}. A file that is already there is read in full and
 * compared with its digest before every use; one that differs is written anew beside it and renamed into place.
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
        Path directory = PrivateDirectory.child(natives, digest(text).substring(0, 16));
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
        if (!intact(file, digests.get(name))) {
            Path fresh = write(name, Files.createTempFile(directory, name, ".new", onlyUser()));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static boolean intact(Path file, String expected) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            PrivateDirectory.checkOwner(file);
            return digest(in).equals(expected);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            if (Files.isSymbolicLink(file)) {
                throw new IOException("will not load native code through the link " + file + "; remove it", e);
            }
            throw e;
        }
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

    private static String digest(InputStream in) throws IOException {
        MessageDigest sha256 = sha256();
        try (DigestInputStream digesting = new DigestInputStream(in, sha256)) {
            byte[] buffer = new byte[1 << 16];
            while (digesting.read(buffer) >= 0) {
                // the stream feeds the digest
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
