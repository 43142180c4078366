package org.ascend4j.compat.probe;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads glibc's release from the banner in its library. */
final class GlibcProbe {
    private static final Pattern BANNER = Pattern.compile("GNU C Library [^\\n]{0,80}version (\\d\\.\\d{1,3})");
    private static final int MAX_BYTES = 8 << 20;
    private static final List<String> LIBRARIES = List.of(
            "/lib/x86_64-linux-gnu/libc.so.6",
            "/lib/aarch64-linux-gnu/libc.so.6",
            "/usr/lib/x86_64-linux-gnu/libc.so.6",
            "/usr/lib/aarch64-linux-gnu/libc.so.6",
            "/lib64/libc.so.6",
            "/usr/lib64/libc.so.6");

    private final HostTree tree;

    GlibcProbe(HostTree tree) {
        this.tree = tree;
    }

    Optional<Fact> fact() {
        for (String library : LIBRARIES) {
            HostTree.Entry entry = tree.find(library);
            if (entry.kind() == HostTree.Kind.FILE) {
                Matcher banner = BANNER.matcher(beginning(entry));
                if (banner.find()) {
                    return Optional.of(Fact.found(Subject.GLIBC, banner.group(1), library, ""));
                }
            }
        }
        return Optional.empty();
    }

    private static String beginning(HostTree.Entry entry) {
        try (var in = Files.newInputStream(entry.path(), LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1);
        } catch (IOException | SecurityException unreadable) {
            return "";
        }
    }
}
