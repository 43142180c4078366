package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Knows where Python installations may be: what the environment names, then the usual places. */
final class PythonPlaces {
    private static final Pattern OWN_PREFIX = Pattern.compile("python3[0-9.]{0,12}");
    private static final int MAX_PATH_ENTRIES = 256;
    private static final int MAX_PREFIXES = 64;
    private static final List<String> CONDA =
            List.of("miniconda3", "anaconda3", "miniforge3", "mambaforge", "conda", "miniconda");

    private final HostTree tree;
    private final Map<String, String> environment;

    PythonPlaces(HostTree tree, Map<String, String> environment) {
        this.tree = tree;
        this.environment = environment;
    }

    /** Prefixes that the environment has made the active ones; what they hold decides. */
    List<String> active() {
        Set<String> prefixes = new LinkedHashSet<>();
        for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX")) {
            addAbsolute(prefixes, environment.get(variable));
        }
        return List.copyOf(prefixes);
    }

    /** Every other prefix, in the order in which a shell would come upon them. */
    List<String> others() {
        Set<String> prefixes = new LinkedHashSet<>();
        String[] path = environment.getOrDefault("PATH", "").split(":", MAX_PATH_ENTRIES + 1);
        for (int i = 0; i < Math.min(path.length, MAX_PATH_ENTRIES); i++) {
            if (path[i].endsWith("/bin") && tree.find(path[i] + "/python3").exists()) {
                addAbsolute(prefixes, path[i].substring(0, path[i].length() - "/bin".length()));
            }
        }
        // CANN's container images install Python into a directory of its own.
        addMatching(prefixes, "/usr/local", OWN_PREFIX);
        addVirtualEnvironments(prefixes, "/opt");
        addVirtualEnvironments(prefixes, "/");
        for (String base : List.of("/opt", home())) {
            for (String name : CONDA) {
                addConda(prefixes, base + "/" + name);
            }
        }
        addMatching(prefixes, home() + "/.pyenv/versions", Pattern.compile("3\\.[0-9.]{1,12}"));
        prefixes.add("/usr/local");
        prefixes.add("/usr");
        return List.copyOf(prefixes);
    }

    /** The user's own packages for one Python, and what {@code PYTHONPATH} adds to every one. */
    List<String> extraPackages(String version) {
        List<String> directories = new ArrayList<>();
        String[] path = environment.getOrDefault("PYTHONPATH", "").split(":", MAX_PATH_ENTRIES + 1);
        for (int i = 0; i < Math.min(path.length, MAX_PATH_ENTRIES); i++) {
            if (path[i].startsWith("/")) {
                directories.add(path[i]);
            }
        }
        if (environment.getOrDefault("PYTHONNOUSERSITE", "").isEmpty()) {
            directories.add(userBase() + "/lib/python" + version + "/site-packages");
        }
        return directories;
    }

    String userBase() {
        String base = environment.getOrDefault("PYTHONUSERBASE", "");
        return base.startsWith("/") ? base : home() + "/.local";
    }

    /** A tree has no user of its own; root's home is where images install to. */
    private String home() {
        String home = environment.getOrDefault("HOME", "");
        return home.startsWith("/") ? home : "/root";
    }

    private void addConda(Set<String> prefixes, String prefix) {
        if (tree.isDirectory(prefix + "/conda-meta")) {
            for (String name : tree.list(prefix + "/envs")) {
                if (prefixes.size() < MAX_PREFIXES) {
                    prefixes.add(prefix + "/envs/" + name);
                }
            }
            prefixes.add(prefix);
        }
    }

    private void addVirtualEnvironments(Set<String> prefixes, String directory) {
        String base = directory.equals("/") ? "" : directory;
        int seen = 0;
        for (String name : tree.list(directory)) {
            String prefix = base + "/" + name;
            if (++seen <= MAX_PATH_ENTRIES
                    && prefixes.size() < MAX_PREFIXES
                    && tree.find(prefix + "/pyvenv.cfg").exists()) {
                prefixes.add(prefix);
            }
        }
    }

    private void addMatching(Set<String> prefixes, String directory, Pattern pattern) {
        for (String name : tree.list(directory)) {
            if (prefixes.size() < MAX_PREFIXES && pattern.matcher(name).matches()) {
                prefixes.add(directory + "/" + name);
            }
        }
    }

    private static void addAbsolute(Set<String> prefixes, String path) {
        if (path != null && path.startsWith("/")) {
            prefixes.add(path);
        }
    }
}
