package org.ascend4j.compat.probe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;

/**
 * Asks the host's own native libraries and makes facts of what they say. Each is asked in a short-lived
 * child JVM of its own, side by side: the loader's lock would let one that hangs silence the other.
 */
final class LiveProbe {
    /** Leaves time for the rest of a check to end within five seconds. */
    private static final long LIMIT_MILLIS = 2_500;

    /** Options in the environment that would make the child start slowly, or something else with it. */
    private static final Set<String> DROPPED = Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    static final LiveProbe NOTHING = new LiveProbe(Map.of(), Map.of(), Optional.empty());

    private final Map<String, String> libraries;
    private final Map<String, ChildProcess> children;
    private final Optional<Path> scratch;
    private String failure = "";

    private LiveProbe(Map<String, String> libraries, Map<String, ChildProcess> children, Optional<Path> scratch) {
        this.libraries = libraries;
        this.children = children;
        this.scratch = scratch;
    }

    /** Starts the child if there is a library to ask. */
    static LiveProbe start(HostTree tree, Map<String, String> environment, Map<String, String> properties) {
        Map<String, String> libraries = new HashMap<>();
        List<CannHome> homes = CannLocator.homes(tree, environment, properties);
        List<String> directories = new ArrayList<>();
        homes.forEach(home -> directories.addAll(CannLocator.libraryDirectories(home)));
        find(tree, directories, List.of("libascendcl.so", "libacl_rt.so"))
                .ifPresent(path -> libraries.put("acl", path));
        List<String> driver = new ArrayList<>(List.of("/usr/local/dcmi"));
        driver.addAll(VisibilityProbe.driverLibraries(DriverProbe.home(tree) + "/driver/lib64"));
        driver.addAll(VisibilityProbe.searchPath(environment));
        find(tree, driver, List.of("libdcmi.so")).ifPresent(path -> libraries.put("dcmi", path));
        return libraries.isEmpty() ? NOTHING : start(libraries, childEnvironment(environment, libraries, driver));
    }

    private static LiveProbe start(Map<String, String> libraries, Map<String, String> environment) {
        Map<String, ChildProcess> children = new HashMap<>();
        LiveProbe probe = new LiveProbe(libraries, children, Optional.empty());
        try {
            Path scratch = Files.createTempDirectory("ascend4j-probe");
            probe = new LiveProbe(libraries, children, Optional.of(scratch));
            for (Map.Entry<String, String> library : libraries.entrySet()) {
                List<String> command = command(library.getKey(), library.getValue(), scratch);
                children.put(library.getKey(), ChildProcess.start(command, environment, LIMIT_MILLIS));
            }
        } catch (IOException | RuntimeException impossible) {
            probe.failure = "no process can be started: " + impossible.getMessage();
        }
        return probe;
    }

    private static Optional<String> find(HostTree tree, List<String> directories, List<String> names) {
        for (String name : names) {
            for (String directory : directories) {
                HostTree.Entry entry = tree.find(directory + "/" + name);
                if (entry.kind() == HostTree.Kind.FILE && !CannLocator.isStubPath(entry.inTree())) {
                    return Optional.of(directory + "/" + name);
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> command(String name, String library, Path scratch) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-Xmx64m",
                "--enable-native-access=ALL-UNNAMED",
                "-Djna.tmpdir=" + scratch,
                "-cp",
                classPath(),
                "org.ascend4j.compat.probe.NativeProbe",
                name,
                library);
    }

    /** Where this class and JNA's come from, without loading JNA into this process. */
    private static String classPath() throws IOException {
        Set<String> places = new LinkedHashSet<>();
        for (String name : List.of("org/ascend4j/compat/probe/NativeProbe.class", "com/sun/jna/Native.class")) {
            var resource = LiveProbe.class.getClassLoader().getResource(name);
            if (resource == null) {
                throw new IOException(name + " is not on the class path");
            }
            String place = resource.toString();
            String file = place.startsWith("jar:")
                    ? place.substring("jar:".length(), place.indexOf("!/"))
                    : place.substring(0, place.length() - name.length());
            if (!file.startsWith("file:")) {
                throw new IOException("classes come from " + file + ", which a child cannot read");
            }
            places.add(Path.of(URI.create(file)).toString());
        }
        return String.join(":", places);
    }

    /** The directories of the libraries come first, as set_env.sh has them: CANN loads further ones by name. */
    private static Map<String, String> childEnvironment(
            Map<String, String> environment, Map<String, String> libraries, List<String> driver) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.keySet().removeAll(DROPPED);
        Set<String> directories = new LinkedHashSet<>();
        libraries.values().forEach(path -> directories.add(path.substring(0, path.lastIndexOf('/'))));
        directories.addAll(driver);
        directories.addAll(VisibilityProbe.searchPath(environment));
        variables.put("LD_LIBRARY_PATH", String.join(":", directories));
        // CANN's trace library would take the JVM's signals.
        variables.put("ASCEND_COREDUMP_SIGNAL", "none");
        return variables;
    }

    /** Waits for the children; never longer than their limit. */
    List<Fact> facts() {
        List<Fact> facts = new ArrayList<>();
        libraries.forEach((name, path) -> {
            ChildProcess child = children.get(name);
            ChildProcess.Answer answer = child == null ? new ChildProcess.Answer(List.of(), failure) : child.await();
            for (String line : answer.lines()) {
                int at = line.indexOf('=');
                if (at > 0) {
                    fact(line.substring(0, at), line.substring(at + 1).strip()).ifPresent(facts::add);
                }
            }
            if (!answer.failure().isEmpty()) {
                facts.add(Fact.unknown(Subject.LIVE_PROBE, path, answer.failure()));
            }
        });
        scratch.ifPresent(LiveProbe::remove);
        return facts;
    }

    private Optional<Fact> fact(String key, String value) {
        String acl = libraries.getOrDefault("acl", "");
        String dcmi = libraries.getOrDefault("dcmi", "");
        return switch (key) {
            case "acl.api" -> Optional.of(Fact.found(Subject.LIVE_PROBE, "ACL " + value, acl, "aclrtGetVersion"));
            case "acl.cann" -> cann(value, acl, "aclsysGetCANNVersion");
            case "acl.version.runtime" -> cann(value, acl, "aclsysGetVersionStr");
            case "acl.version.driver" -> driver(value, acl, "aclsysGetVersionStr");
            case "dcmi.driver" -> driver(value, dcmi, "dcmi_get_driver_version");
            case "acl.chip" -> Optional.of(Fact.found(Subject.CHIP, value, acl, "aclrtGetSocName"));
            case "dcmi.chip" -> Optional.of(Fact.found(Subject.CHIP, value, dcmi, "dcmi_get_device_chip_info"));
            case "acl.failed" -> Optional.of(Fact.unknown(Subject.LIVE_PROBE, acl, value));
            case "dcmi.failed", "dcmi.refused" -> Optional.of(Fact.unknown(Subject.LIVE_PROBE, dcmi, value));
            default -> Optional.empty();
        };
    }

    /** A package's inner number, which the calls give up to CANN 8.3, is no release. */
    private static Optional<Fact> cann(String value, String source, String call) {
        return CannVersion.tryParse(value)
                .filter(version -> !version.isPackageNumber())
                .map(version -> Fact.found(Subject.CANN, value, source, call));
    }

    private static Optional<Fact> driver(String value, String source, String call) {
        return DriverVersion.tryParse(value).map(version -> Fact.found(Subject.DRIVER, value, source, call));
    }

    /** What JNA unpacked; a directory that cannot be removed is the system's to clean. */
    private static void remove(Path scratch) {
        try (var files = Files.walk(scratch)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException busy) {
            scratch.toFile().deleteOnExit();
        }
    }
}
