package org.ascend4j.internal.acl;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * The doorway to ACL: opens the device libraries once per process and turns every native code into an exception.
 *
 * <p>The libraries stay open until the process ends, and {@code aclFinalize} is never called: another component of the
 * process may use the same CANN. All methods are thread-safe; error texts are those of the calling thread.
 */
public final class Acl {
    private static final int CANN_PACKAGE = AclNative.ACL_PKG_NAME_CANN;
    private static final String UNKNOWN = "unknown";
    private static volatile boolean open;

    private Acl() {}

    /**
     * Opens CANN out of the given absolute directories, the first that holds a library winning, and initialises ACL.
     * Opening the same directories again does nothing.
     *
     * @throws AclException naming the library (our own JNI library included) that is absent or does not load, or saying
     *     that other directories are open
     */
    public static synchronized void open(List<Path> libraryDirectories) {
        loadJniLibrary();
        byte[] error = new byte[4096];
        byte[] directories = CText.of(joined(libraryDirectories));
        opened("ascend4j_open", AclNative.ascend4j_open(directories, error, error.length), error);
    }

    /** As {@link #open(List)} for the host device that the native jar carries. */
    public static void openHostDevice() {
        Path directory;
        try {
            directory = HostDeviceLibraries.directory();
        } catch (UncheckedIOException e) {
            throw notLoaded("HostDeviceLibraries", e);
        }
        openHostDevice(directory);
    }

    private static void loadJniLibrary() {
        try {
            NativeLibrary.load();
        } catch (UnsatisfiedLinkError e) {
            throw notLoaded("System.load", e);
        }
    }

    private static AclException notLoaded(String call, Throwable cause) {
        AclException exception = new AclException(call, AclError.of(AclError.OPEN_FAILED), cause.getMessage());
        exception.initCause(cause);
        return exception;
    }

    /** As {@link #openHostDevice()} with the host device's libraries in another directory. */
    public static synchronized void openHostDevice(Path directory) {
        loadJniLibrary();
        byte[] error = new byte[4096];
        byte[] directories = CText.of(joined(List.of(directory)));
        opened("ascend4j_open_host", AclNative.ascend4j_open_host(directories, error, error.length), error);
    }

    private static String joined(List<Path> directories) {
        for (Path directory : directories) {
            if (!directory.isAbsolute() || directory.toString().contains(":")) {
                throw new IllegalArgumentException(
                        "library directory '" + directory + "' has to be an absolute path without ':'");
            }
        }
        return directories.stream().map(Path::toString).collect(Collectors.joining(":"));
    }

    private static void opened(String call, int code, byte[] error) {
        if (code != 0) {
            throw new AclException(call, AclError.of(code), CText.read(error));
        }
        if (!open) {
            int status = AclNative.aclInit(null);
            if (status != AclError.REPEAT_INITIALIZE) { // someone else in the process was first: just as good
                check(status, "aclInit");
            }
            open = true;
        }
    }

    public static boolean isOpen() {
        return open;
    }

    /** Does nothing for code 0, else throws: the one place where codes become exceptions. */
    public static void check(int code, String call) {
        NativeCalls.count();
        if (code != 0) {
            throw failure(code, call);
        }
    }

    /** As {@link #check} for functions that return a handle, null being the failure. */
    static long checkHandle(long handle, String call) {
        NativeCalls.count();
        if (handle != 0) {
            return handle;
        }
        String missing = CText.read(AclNative::ascend4j_jni_missing_symbol);
        if (missing.equals(call)) {
            throw failure(open ? AclError.SYMBOL_MISSING : AclError.NOT_OPEN, call);
        }
        throw new AclException(call, new AclError(0, "null handle", ""), lastErrorMessage());
    }

    static AclException failure(int code, String call) {
        if (code == AclError.SYMBOL_MISSING) {
            String missing = CText.read(AclNative::ascend4j_jni_missing_symbol);
            String symbol = missing.isEmpty() ? call : missing;
            return new MissingOperatorException(symbol, operator(symbol), cannVersion(), since(symbol));
        }
        return new AclException(call, AclError.of(code), lastErrorMessage());
    }

    private static String operator(String symbol) {
        String phase = "GetWorkspaceSize";
        return symbol.endsWith(phase) ? symbol.substring(0, symbol.length() - phase.length()) : symbol;
    }

    /** The calling thread's last error text on one line; reading clears it. */
    private static String lastErrorMessage() {
        byte[] text = new byte[8192];
        AclNative.ascend4j_last_error_message(text, text.length);
        return CText.read(text).strip().replaceAll("\\s*\\R\\s*", " ");
    }

    /** Whether the opened libraries have a function, such as {@code aclnnAddRmsNorm}. */
    public static boolean has(String symbol) {
        return AclNative.ascend4j_has(CText.of(symbol)) != 0;
    }

    /** The first CANN known to have a function, {@code unknown} for one that the headers do not declare. */
    public static String since(String symbol) {
        byte[] name = CText.of(symbol);
        return orUnknown(CText.read((text, capacity) -> AclNative.ascend4j_jni_since(name, text, capacity)));
    }

    /** The library file that serves a function; empty when none does. */
    public static String libraryPath(String symbol) {
        byte[] name = symbol == null ? null : CText.of(symbol);
        return CText.read((text, capacity) -> AclNative.ascend4j_jni_library_path(name, text, capacity));
    }

    /** Optional libraries that did not load, one a line. */
    public static String openNotes() {
        return CText.read(AclNative::ascend4j_jni_open_notes);
    }

    /** The opened CANN's version as it tells it, or {@code unknown}. Never fails. */
    public static String cannVersion() {
        String runtime = packageVersion("runtime");
        if (!runtime.isEmpty()) {
            return runtime;
        }
        if (has("aclsysGetCANNVersion")) {
            byte[] version = new byte[512]; // aclCANNPackageVersion begins with char version[128]
            if (AclNative.aclsysGetCANNVersion(CANN_PACKAGE, version) == 0) {
                return orUnknown(CText.read(version));
            }
        }
        lastErrorMessage(); // a failed question must not colour the next error
        return UNKNOWN;
    }

    /** What the host device says of itself: version, instruction set, threads; empty for a real CANN. Never fails. */
    public static String hostDevice() {
        return packageVersion("ascend4j_host");
    }

    /** The host device's own count of what is alive in this process; empty for a real CANN. Never fails. */
    public static String hostOutstanding() {
        return packageVersion("ascend4j_host_outstanding");
    }

    private static String packageVersion(String name) {
        byte[] version = new byte[256];
        if (has("aclsysGetVersionStr") && AclNative.aclsysGetVersionStr(CText.of(name), version) == 0) {
            return CText.read(version);
        }
        lastErrorMessage(); // a failed question must not colour the next error
        return "";
    }

    /** The chip's name, such as {@code Ascend910B3}, or {@code unknown}. Never fails. */
    public static String socName() {
        return orUnknown(CText.read(AclNative::ascend4j_jni_soc_name));
    }

    /** Number of devices that the opened libraries see. */
    public static int deviceCount() {
        int[] count = new int[1];
        check(AclNative.aclrtGetDeviceCount(count), "aclrtGetDeviceCount");
        return count[0];
    }

    private static String orUnknown(String text) {
        return text.isEmpty() ? UNKNOWN : text;
    }
}
