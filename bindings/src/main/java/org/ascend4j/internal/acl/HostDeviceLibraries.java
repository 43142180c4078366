package org.ascend4j.internal.acl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The host device: CANN's C ABI on the CPU, carried by the native jar under CANN's own library names. */
public final class HostDeviceLibraries {
    private HostDeviceLibraries() {}

    /**
     * Unpacks the host device's libraries, verifying every file, and returns their directory. Two calls with the same
     * jar return the same path, so that all class loaders of a process share one copy of the libraries.
     *
     * @throws UncheckedIOException when the jar lacks them or the user's cache is not fit to hold native code
     */
    public static Path directory() {
        try {
            return NativeFiles.unpack(
                            HostDeviceLibraries.class.getClassLoader(),
                            NativePlatform.resource(""),
                            "sha256.txt",
                            PrivateDirectory.cache())
                    .directory();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot unpack the host device: " + e.getMessage(), e);
        }
    }
}
