package org.ascend4j.compat.probe;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks at the CANN that this very process has mapped already: whatever variables and links say now,
 * its calls go there.
 */
final class MappedLibraries {
    private static final Path MAPS = Path.of("/proc/self/maps");
    private static final int MAX_LINES = 100_000;

    private final CannProbe cann;

    MappedLibraries(CannProbe cann) {
        this.cann = cann;
    }

    List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        for (String library : mapped()) {
            String directory = library.substring(0, library.lastIndexOf('/'));
            String home = directory.replaceFirst("(?:/(?:aarch64|x86_64)-linux)?/lib64$", "");
            // A directory that is no CANN home, as the host device's, has no version files to read.
            for (Fact fact : cann.facts(new CannHome(home, "mapped"))) {
                if (fact.subject() == Subject.CANN && fact.state() == Fact.State.FOUND) {
                    facts.add(Fact.found(
                            Subject.CANN, fact.value(), fact.source(), "of the library that is mapped: " + library));
                }
            }
        }
        return facts;
    }

    private static Set<String> mapped() {
        Set<String> libraries = new LinkedHashSet<>();
        try (BufferedReader maps = Files.newBufferedReader(MAPS, StandardCharsets.ISO_8859_1)) {
            String line = maps.readLine();
            for (int i = 0; line != null && i < MAX_LINES; i++) {
                int path = line.indexOf('/');
                if (path > 0 && (line.endsWith("/libascendcl.so") || line.endsWith("/libacl_rt.so"))) {
                    libraries.add(line.substring(path));
                }
                line = maps.readLine();
            }
        } catch (IOException | SecurityException hidden) {
            return Set.of();
        }
        return libraries;
    }
}
