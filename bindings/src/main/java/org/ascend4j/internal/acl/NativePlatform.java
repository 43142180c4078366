package org.ascend4j.internal.acl;

import java.util.Locale;

/** Names the native builds that the jars may hold. */
final class NativePlatform {
    private NativePlatform() {}

    /** The running platform, {@code linux-x86_64} or {@code linux-arm64}; throws {@link UnsatisfiedLinkError} where there is none. */
    static String current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    static String of(String system, String machine) {
        boolean linux = system.toLowerCase(Locale.ROOT).equals("linux");
        String architecture = switch (machine) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm64";
            default -> null;
        };
        if (!linux || architecture == null) {
            throw new UnsatisfiedLinkError("Ascend4J has native code for Linux on x86_64 and aarch64, but this is "
                    + system + " on " + machine + "; run it on one of those");
        }
        return "linux-" + architecture;
    }

    /** Where the jars keep a file of the running platform. */
    static String resource(String name) {
        return "META-INF/ascend4j/" + current() + "/" + name;
    }
}
