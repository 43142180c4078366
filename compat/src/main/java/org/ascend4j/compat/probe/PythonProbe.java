package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Finds Python installations and what is installed in them from their files alone:
 * {@code pyvenv.cfg}, {@code lib/pythonX.Y}, {@code include/pythonX.Y/patchlevel.h} and the
 * {@code dist-info} directories.
 */
final class PythonProbe {
    private static final Pattern LIBRARY = Pattern.compile("python(3\\.\\d{1,3})");
    private static final Pattern OWN_PREFIX = Pattern.compile("python3[0-9.]{0,12}");
    private static final Pattern PATCH_LEVEL = Pattern.compile("#define\\s{1,40}PY_VERSION\\s{1,40}\"([^\"]{1,40})\"");
    private static final int MAX_PATH_ENTRIES = 256;

    /** Bounds on what a hostile tree may make the probe read; real hosts stay far below. */
    private static final int MAX_PREFIXES = 64;

    private static final int MAX_COPIES = 16;

    /** Distribution names as {@code dist-info} directories spell them, normalised. */
    private static final Map<String, Subject> PACKAGES = Map.of("torch", Subject.TORCH, "torch_npu", Subject.TORCH_NPU);

    private final HostTree tree;

    PythonProbe(HostTree tree) {
        this.tree = tree;
    }

    /** The facts of the installation that counts; absent facts if there is none. */
    List<Fact> facts(Map<String, String> environment) {
        List<List<Fact>> installations = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        for (String prefix : prefixes(environment)) {
            HostTree.Entry entry = tree.find(prefix);
            if (entry.isDirectory() && seen.add(entry.inTree())) {
                installations.addAll(installations(prefix));
            }
        }
        return choose(installations);
    }

    /** The one with torch_npu before one with torch before the first: what runs on the NPU is what must fit. */
    private static List<Fact> choose(List<List<Fact>> installations) {
        for (Subject wanted : List.of(Subject.TORCH_NPU, Subject.TORCH)) {
            for (List<Fact> installation : installations) {
                if (installation.stream()
                        .anyMatch(fact -> fact.subject() == wanted && fact.state() != Fact.State.ABSENT)) {
                    return installation;
                }
            }
        }
        String places = "virtual environment, conda, PATH, /usr/local, /usr";
        return installations.isEmpty()
                ? List.of(
                        Fact.absent(Subject.PYTHON, places),
                        Fact.absent(Subject.TORCH, places),
                        Fact.absent(Subject.TORCH_NPU, places))
                : installations.get(0);
    }

    private List<String> prefixes(Map<String, String> environment) {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            addAbsolute(prefixes, environment.get(variable));
        }
        String[] path = environment.getOrDefault("PATH", "").split(":", MAX_PATH_ENTRIES + 1);
        for (int i = 0; i < Math.min(path.length, MAX_PATH_ENTRIES); i++) {
            if (path[i].endsWith("/bin") && tree.find(path[i] + "/python3").exists()) {
                addAbsolute(prefixes, path[i].substring(0, path[i].length() - "/bin".length()));
            }
        }
        // CANN's container images install Python into a directory of its own.
        for (String name : tree.list("/usr/local")) {
            if (prefixes.size() < MAX_PREFIXES && OWN_PREFIX.matcher(name).matches()) {
                prefixes.add("/usr/local/" + name);
            }
        }
        addAbsolute(prefixes, environment.getOrDefault("HOME", "") + "/.local");
        prefixes.add("/usr/local");
        prefixes.add("/usr");
        return List.copyOf(prefixes);
    }

    private static void addAbsolute(Set<String> prefixes, String path) {
        if (path != null && path.startsWith("/")) {
            prefixes.add(path);
        }
    }

    /** One list of facts for each Python below a prefix. */
    private List<List<Fact>> installations(String prefix) {
        List<List<Fact>> installations = new ArrayList<>();
        // lib64 is a link to lib in a virtual environment, and holds compiled packages elsewhere.
        Map<String, Set<String>> byVersion = new LinkedHashMap<>();
        for (String library : List.of(prefix + "/lib", prefix + "/lib64", prefix + "/local/lib")) {
            for (String name : tree.list(library)) {
                Matcher matcher = LIBRARY.matcher(name);
                if (matcher.matches()) {
                    byVersion
                            .computeIfAbsent(matcher.group(1), version -> new LinkedHashSet<>())
                            .add(library + "/" + name);
                }
            }
        }
        for (String version : defaultFirst(prefix, byVersion.keySet())) {
            List<Fact> facts = installation(prefix, version, List.copyOf(byVersion.get(version)));
            if (isInterpreter(prefix, version, byVersion.get(version)) || holdsPackages(facts)) {
                installations.add(facts);
            }
        }
        return installations;
    }

    /** The version that {@code bin/python3} leads to, then the others in the order of their names. */
    private List<String> defaultFirst(String prefix, Set<String> versions) {
        String target = tree.find(prefix + "/bin/python3").inTree();
        List<String> ordered = new ArrayList<>(versions);
        ordered.sort(Comparator.comparing(version -> target == null || !target.endsWith("/python" + version)));
        return ordered;
    }

    /** Directories without an interpreter of their own are left behind by removals, or hold another's packages. */
    private boolean isInterpreter(String prefix, String version, Set<String> libraries) {
        return tree.find(prefix + "/bin/python" + version).exists()
                || tree.find(prefix + "/pyvenv.cfg").exists()
                || libraries.stream()
                        .anyMatch(library -> tree.find(library + "/os.py").exists());
    }

    private static boolean holdsPackages(List<Fact> facts) {
        return facts.stream().anyMatch(fact -> fact.subject() != Subject.PYTHON && fact.state() != Fact.State.ABSENT);
    }

    private List<Fact> installation(String prefix, String version, List<String> libraries) {
        List<Fact> facts = new ArrayList<>();
        facts.add(python(prefix, version, libraries.get(0)));
        Set<String> seen = new LinkedHashSet<>();
        for (String library : libraries) {
            for (String packages : List.of(library + "/site-packages", library + "/dist-packages")) {
                HostTree.Entry entry = tree.find(packages);
                if (entry.isDirectory() && seen.add(entry.inTree())) {
                    facts.addAll(distributions(packages));
                }
            }
        }
        // Debian keeps the packages of every Python 3 in one directory.
        if (prefix.equals("/usr") && seen.add("/usr/lib/python3/dist-packages")) {
            facts.addAll(distributions("/usr/lib/python3/dist-packages"));
        }
        for (Subject subject : List.of(Subject.TORCH, Subject.TORCH_NPU)) {
            if (facts.stream().noneMatch(fact -> fact.subject() == subject)) {
                facts.add(Fact.absent(subject, libraries.get(0)));
            }
        }
        return List.copyOf(facts);
    }

    /** The most exact number that fits the directory's X.Y. */
    private Fact python(String prefix, String version, String library) {
        FileText config = tree.read(prefix + "/pyvenv.cfg");
        for (String key : List.of("version", "version_info")) {
            Optional<String> stated =
                    config.values(key, '=').stream().findFirst().flatMap(PythonProbe::release);
            if (stated.isPresent() && fits(stated.get(), version)) {
                return Fact.found(Subject.PYTHON, stated.get(), config.path(), "");
            }
        }
        FileText header = tree.read(prefix + "/include/python" + version + "/patchlevel.h");
        Matcher matcher = PATCH_LEVEL.matcher(header.text());
        if (matcher.find() && fits(matcher.group(1), version)) {
            return Fact.found(Subject.PYTHON, matcher.group(1), header.path(), "");
        }
        return Fact.found(Subject.PYTHON, version, library, "");
    }

    /** {@code 3.11.4.final.0}, as virtualenv writes it, without its tail. */
    private static Optional<String> release(String stated) {
        String release = stated.replaceFirst("\\.(?:final|candidate|beta|alpha)\\..{0,20}$", "");
        return Pep440Version.tryParse(release).map(version -> release);
    }

    private static boolean fits(String stated, String version) {
        return Pep440Version.tryParse(stated).isPresent()
                && (stated.equals(version) || stated.startsWith(version + "."));
    }

    private List<Fact> distributions(String packages) {
        List<Fact> facts = new ArrayList<>();
        for (String name : tree.list(packages)) {
            int dash = name.indexOf('-');
            if (dash > 0 && name.endsWith(".dist-info") && facts.size() < MAX_COPIES) {
                Subject subject = PACKAGES.get(normalised(name.substring(0, dash)));
                if (subject != null) {
                    distribution(subject, packages + "/" + name).ifPresent(facts::add);
                }
            }
        }
        return facts;
    }

    private static String normalised(String name) {
        return name.toLowerCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * The version in METADATA's header; the directory's name only says what to expect. Empty if the
     * header names another package.
     */
    private Optional<Fact> distribution(Subject expected, String directory) {
        FileText metadata = tree.read(directory + "/METADATA");
        if (!metadata.isRead()) {
            return Optional.of(Fact.unknown(expected, metadata.path(), metadata.problem()));
        }
        String[] parts = metadata.text().split("\r?\n\r?\n", 2);
        FileText header = new FileText(metadata.path(), FileText.Status.READ, parts[0], false, "");
        List<String> names = header.values("Name", ':');
        Subject subject = names.isEmpty() ? expected : PACKAGES.get(normalised(names.get(0)));
        return Optional.ofNullable(subject).map(named -> version(named, header));
    }

    private static Fact version(Subject subject, FileText header) {
        List<String> versions =
                header.values("Version", ':').stream().distinct().toList();
        if (versions.size() != 1) {
            String count = versions.isEmpty() ? "no Version" : versions.size() + " Versions";
            return Fact.unknown(subject, header.path(), count + " in its header");
        }
        return Pep440Version.tryParse(versions.get(0)).isPresent()
                ? Fact.found(subject, versions.get(0), header.path(), "")
                : Fact.unknown(subject, header.path(), "Version: " + versions.get(0) + " is not PEP 440");
    }
}
