package org.ascend4j.compat.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Says where CANN's libraries are to be loaded from: the home that {@value #HOME_PROPERTY} names,
 * then {@code ASCEND_HOME_PATH}, {@code ASCEND_TOOLKIT_HOME}, and the places where CANN installs
 * itself. Directories of link stubs ({@code devlib}, {@code lib64/stub}) are never among them: their
 * functions all fail with 100039.
 */
public final class CannLocator {
    /** System property that names a CANN home and goes before every variable. */
    public static final String HOME_PROPERTY = "ascend4j.cann.home";

    private static final List<String> HOME_VARIABLES = List.of("ASCEND_HOME_PATH", "ASCEND_TOOLKIT_HOME");
    private static final List<String> DEFAULT_HOMES = List.of(
            "/usr/local/Ascend/cann",
            "/usr/local/Ascend/ascend-toolkit/latest",
            "/usr/local/Ascend/nnrt/latest",
            "/usr/local/Ascend/nnae/latest");
    static final List<String> ARCHITECTURES = List.of("aarch64-linux", "x86_64-linux");
    private static final Set<String> STUB_DIRECTORIES = Set.of("devlib", "stub", "stubs");

    private CannLocator() {}

    /**
     * The library directories to try, best first.
     *
     * @param directories existing directories, links resolved, each once
     * @param refused what was named but cannot serve, each with its reason
     */
    public record Candidates(List<Path> directories, List<String> refused) {}

    /**
     * Finds the library directories of every CANN home.
     *
     * @param root the host's root directory, {@code /} for this host
     * @param environment the environment variables that count
     * @param properties the system properties that count
     */
    public static Candidates locate(Path root, Map<String, String> environment, Map<String, String> properties) {
        HostTree tree = new HostTree(root);
        List<String> refused = new ArrayList<>();
        Map<Path, String> directories = new LinkedHashMap<>();
        for (CannHome home : named(tree, environment, properties, refused)) {
            for (String directory : libraryDirectories(home)) {
                HostTree.Entry entry = tree.find(directory);
                if (!entry.isDirectory()) {
                    continue;
                }
                if (isStub(directory) || isStub(entry.inTree())) {
                    refused.add(home.origin() + ": " + Fact.printable(entry.inTree()) + " holds link stubs only");
                } else {
                    directories.putIfAbsent(entry.path(), directory);
                }
            }
        }
        return new Candidates(List.copyOf(directories.keySet()), List.copyOf(refused));
    }

    /** The existing CANN homes, best first; two names of one directory give one home. */
    static List<CannHome> homes(HostTree tree, Map<String, String> environment, Map<String, String> properties) {
        return named(tree, environment, properties, new ArrayList<>());
    }

    /** Where a home keeps its libraries, in the order of search. */
    static List<String> libraryDirectories(CannHome home) {
        List<String> directories = new ArrayList<>();
        directories.add(home.path() + "/lib64");
        ARCHITECTURES.forEach(architecture -> directories.add(home.path() + "/" + architecture + "/lib64"));
        return directories;
    }

    /** What the variables and the property name in vain, each with its reason. */
    static List<String> refusals(HostTree tree, Map<String, String> environment, Map<String, String> properties) {
        List<String> refused = new ArrayList<>();
        named(tree, environment, properties, refused);
        return refused;
    }

    /** The variables' homes that are there but cannot be looked at: in a circle of links, or not permitted. */
    static List<CannHome> unreadable(HostTree tree, Map<String, String> environment) {
        List<CannHome> asked = new ArrayList<>();
        HOME_VARIABLES.forEach(variable -> addNamed(asked, environment.get(variable), variable));
        asked.removeIf(home -> tree.find(home.path()).kind() != HostTree.Kind.UNREADABLE);
        return asked;
    }

    private static List<CannHome> named(
            HostTree tree, Map<String, String> environment, Map<String, String> properties, List<String> refused) {
        List<CannHome> asked = new ArrayList<>();
        addNamed(asked, properties.get(HOME_PROPERTY), HOME_PROPERTY);
        HOME_VARIABLES.forEach(variable -> addNamed(asked, environment.get(variable), variable));
        int explicit = asked.size();
        DEFAULT_HOMES.forEach(home -> asked.add(new CannHome(home, "default place")));

        Map<String, CannHome> homes = new LinkedHashMap<>();
        for (int i = 0; i < asked.size(); i++) {
            CannHome home = asked.get(i);
            String reason = whyNot(tree, home.path());
            if (reason.isEmpty()) {
                homes.putIfAbsent(tree.find(home.path()).inTree(), home);
            } else if (i < explicit) {
                refused.add(home.origin() + ": " + Fact.printable(home.path()) + " " + reason);
            }
        }
        return List.copyOf(homes.values());
    }

    private static void addNamed(List<CannHome> asked, String path, String origin) {
        if (path != null && !path.isBlank()) {
            asked.add(new CannHome(path.length() > 1 && path.endsWith("/") ? trimSlashes(path) : path, origin));
        }
    }

    private static String trimSlashes(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String whyNot(HostTree tree, String path) {
        if (!path.startsWith("/")) {
            return "is not an absolute path";
        }
        if (path.chars().anyMatch(c -> c < ' ')) {
            return "holds control characters";
        }
        HostTree.Entry entry = tree.find(path);
        if (isStub(path) || (entry.exists() && isStub(entry.inTree()))) {
            return "holds link stubs only";
        }
        return switch (entry.kind()) {
            case DIRECTORY -> "";
            case MISSING -> "does not exist";
            case UNREADABLE -> "cannot be read: " + entry.problem();
            case FILE, OTHER -> "is not a directory";
        };
    }

    /** True below a directory of link stubs. */
    static boolean isStubPath(String path) {
        return STUB_DIRECTORIES.stream().anyMatch(stub -> path.contains("/" + stub + "/"));
    }

    private static boolean isStub(String path) {
        return STUB_DIRECTORIES.contains(path.substring(path.lastIndexOf('/') + 1));
    }
}
