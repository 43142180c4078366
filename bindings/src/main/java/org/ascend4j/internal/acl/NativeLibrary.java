package org.ascend4j.internal.acl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Loads the one JNI library, {@code libjniascend4j.so}, when {@code AclNative} is initialised.
 *
 * <p>A JVM gives a library file to one class loader only. A second class loader that holds Ascend4J therefore loads a
 * private copy, deleted as soon as it is loaded: each has its own JNI library, and both share the device libraries,
 * which are opened under the same path.
 */
public final class NativeLibrary {
    private static final String NAME = "libjniascend4j.so";
    private static boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library once for this class loader; thread-safe.
     *
     * @throws UnsatisfiedLinkError saying why, when the library cannot be unpacked or loaded
     */
    public static synchronized void load() {
        if (loaded) {
            return;
        }
        spareMemoryPolicing();
        try {
            NativeFiles files = NativeFiles.unpack(
                    NativeLibrary.class.getClassLoader(),
                    NativePlatform.resource(""),
                    NAME + ".sha256",
                    PrivateDirectory.cache());
            load(files);
        } catch (IOException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("cannot unpack " + NAME + ": " + e.getMessage());
            error.initCause(e);
            throw error;
        }
        loaded = true;
    }

    private static void load(NativeFiles files) throws IOException {
        Path library = files.path(NAME);
        try {
            System.load(library.toString());
        } catch (IllegalCallerException e) {
            UnsatisfiedLinkError error = new UnsatisfiedLinkError("this JVM denies native code: " + e.getMessage()
                    + "; start it with --enable-native-access=ALL-UNNAMED");
            error.initCause(e);
            throw error;
        } catch (UnsatisfiedLinkError e) {
            if (e.getMessage() == null || !e.getMessage().contains("already loaded in another classloader")) {
                throw explain(library, e);
            }
            Path copy = files.copy(NAME);
            try {
                System.load(copy.toString());
            } finally {
                Files.delete(copy);
            }
        }
    }

    private static UnsatisfiedLinkError explain(Path library, UnsatisfiedLinkError e) {
        UnsatisfiedLinkError error = new UnsatisfiedLinkError("cannot load " + library + ": " + e.getMessage()
                + "; if its file system is mounted noexec, set ASCEND4J_CACHE to a directory elsewhere");
        error.initCause(e);
        return error;
    }

    /**
     * An application that uses JavaCPP on its own would see JavaCPP refuse allocations as soon as a model's weights make
     * the process larger than four heaps. Ascend4J's memory is not JavaCPP's, so that limit is lifted unless the
     * application has set one. (Ascend4J itself loads no class of JavaCPP.)
     */
    private static void spareMemoryPolicing() {
        for (String name : new String[] {"maxPhysicalBytes", "maxphysicalbytes"}) {
            if (System.getProperty("org.bytedeco.javacpp." + name) != null) {
                return;
            }
        }
        System.setProperty("org.bytedeco.javacpp.maxPhysicalBytes", "0");
    }
}
