package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Finds Python installations and what is installed in them from their files alone:
 * {@code pyvenv.cfg}, {@code lib/pythonX.Y}, {@code include/pythonX.Y/patchlevel.h} and the packages'
 * metadata.
 */
final class PythonProbe {
    private static final Pattern LIBRARY = Pattern.compile("python(3\\.\\d{1,3})");
    private static final Pattern PATCH_LEVEL = Pattern.compile("#define\\s{1,40}PY_VERSION\\s{1,40}\"([^\"]{1,40})\"");
    private static final String PLACES = "virtual environment, conda, PATH, /usr/local, /usr";

    private final HostTree tree;
    private final PythonPlaces places;
    private final DistributionScan scan;

    PythonProbe(HostTree tree, Map<String, String> environment) {
        this.tree = tree;
        this.places = new PythonPlaces(tree, environment);
        this.scan = new DistributionScan(tree);
    }

    /** The facts of the installation that counts; absent facts if there is none. */
    static List<Fact> facts(Optional<PythonInstallation> installation) {
        return installation
                .map(PythonInstallation::facts)
                .orElse(List.of(
                        Fact.absent(Subject.PYTHON, PLACES),
                        Fact.absent(Subject.TORCH, PLACES),
                        Fact.absent(Subject.TORCH_NPU, PLACES)));
    }

    /**
     * The installation that counts: the active one; else the one with torch_npu before one with torch
     * before the first, as what runs on the NPU is what must fit.
     */
    Optional<PythonInstallation> installation() {
        Set<String> seen = new LinkedHashSet<>();
        List<PythonInstallation> active = installations(places.active(), seen);
        if (!active.isEmpty()) {
            return Optional.of(active.get(0));
        }
        List<PythonInstallation> others = installations(places.others(), seen);
        for (Subject wanted : List.of(Subject.TORCH_NPU, Subject.TORCH, Subject.VLLM_ASCEND)) {
            Optional<PythonInstallation> holder =
                    others.stream().filter(one -> one.holds(wanted)).findFirst();
            if (holder.isPresent()) {
                return holder;
            }
        }
        return others.stream().findFirst();
    }

    private List<PythonInstallation> installations(List<String> prefixes, Set<String> seen) {
        List<PythonInstallation> installations = new ArrayList<>();
        for (String prefix : prefixes) {
            HostTree.Entry entry = tree.find(prefix);
            if (entry.isDirectory() && seen.add(entry.inTree())) {
                installations.addAll(below(prefix));
            }
        }
        return installations;
    }

    /** One for each Python below a prefix. */
    private List<PythonInstallation> below(String prefix) {
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
        List<PythonInstallation> installations = new ArrayList<>();
        for (String version : defaultFirst(prefix, byVersion.keySet())) {
            PythonInstallation one = installation(prefix, version, List.copyOf(byVersion.get(version)));
            if (isInterpreter(prefix, version, byVersion.get(version)) || one.holdsPackages()) {
                installations.add(one);
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

    private PythonInstallation installation(String prefix, String version, List<String> libraries) {
        FileText config = tree.read(prefix + "/pyvenv.cfg");
        Set<String> candidates = new LinkedHashSet<>();
        if (!config.isRead() || sharesSystemPackages(config)) {
            candidates.addAll(places.extraPackages(version));
        }
        for (String library : libraries) {
            candidates.add(library + "/site-packages");
            candidates.add(library + "/dist-packages");
        }
        // Debian keeps the packages of every Python 3 in one directory.
        if (prefix.equals("/usr")) {
            candidates.add("/usr/lib/python3/dist-packages");
        }
        if (sharesSystemPackages(config)) {
            candidates.addAll(basePackages(config, version));
        }
        List<String> packages = new ArrayList<>();
        Set<String> seen = new LinkedHashSet<>();
        List<Fact> facts = new ArrayList<>(List.of(python(prefix, version, libraries.get(0), config)));
        for (String candidate : candidates) {
            HostTree.Entry entry = tree.find(candidate);
            if (entry.isDirectory() && seen.add(entry.inTree())) {
                packages.add(candidate);
                facts.addAll(scan.facts(candidate));
            }
        }
        for (Subject subject : List.of(Subject.TORCH, Subject.TORCH_NPU)) {
            if (facts.stream().noneMatch(fact -> fact.subject() == subject)) {
                facts.add(Fact.absent(subject, libraries.get(0)));
            }
        }
        return new PythonInstallation(prefix, version, packages, facts);
    }

    private static boolean sharesSystemPackages(FileText config) {
        return config.values("include-system-site-packages", '=').stream().anyMatch("true"::equalsIgnoreCase);
    }

    /** The packages of the Python that a virtual environment was made from; {@code home} names its bin. */
    private static List<String> basePackages(FileText config, String version) {
        List<String> packages = new ArrayList<>();
        for (String home : config.values("home", '=')) {
            if (home.startsWith("/") && home.endsWith("/bin")) {
                String library = home.substring(0, home.length() - "/bin".length()) + "/lib/python" + version;
                packages.add(library + "/site-packages");
                packages.add(library + "/dist-packages");
            }
        }
        return packages;
    }

    /** The most exact number that fits the directory's X.Y. */
    private Fact python(String prefix, String version, String library, FileText config) {
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
}
