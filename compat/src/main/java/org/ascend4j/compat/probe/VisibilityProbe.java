package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks for what a process must see of an NPU before any version matters: device nodes, the driver's
 * library, and the files that containers mount.
 */
final class VisibilityProbe {
    private static final Pattern CHIP_NODE = Pattern.compile("v?davinci\\d{1,4}");
    static final List<String> SHARED_NODES = List.of("/dev/davinci_manager", "/dev/devmm_svm", "/dev/hisi_hdc");
    private static final String HAL = "libascend_hal.so";
    private static final List<String> SYSTEM_LIBRARIES =
            List.of("/usr/lib64", "/usr/lib", "/lib64", "/usr/lib/aarch64-linux-gnu", "/usr/lib/x86_64-linux-gnu");
    private static final List<String> MOUNTS =
            List.of(DriverProbe.INSTALL_RECORD, "/usr/local/dcmi/libdcmi.so", "/usr/local/bin/npu-smi");
    private static final String LIVE = "live";
    private static final int MAX_NODES = 256;
    private static final int MAX_PATH_ENTRIES = 256;

    private final HostTree tree;

    VisibilityProbe(HostTree tree) {
        this.tree = tree;
    }

    /** Each thing that counts, found or absent. A device's value tells a real node from a file that stands for it. */
    List<Fact> facts(Map<String, String> environment) {
        List<Fact> facts = new ArrayList<>();
        for (String name : tree.list("/dev")) {
            if (CHIP_NODE.matcher(name).matches() && facts.size() < MAX_NODES) {
                facts.add(node("/dev/" + name));
            }
        }
        if (facts.isEmpty()) {
            facts.add(node("/dev/davinci0"));
        }
        SHARED_NODES.forEach(path -> facts.add(node(path)));
        facts.add(library(environment));
        for (String path : MOUNTS) {
            facts.add(
                    tree.find(path).kind() == HostTree.Kind.MISSING
                            ? Fact.absent(Subject.MOUNT, path)
                            : Fact.found(Subject.MOUNT, "present", path, ""));
        }
        return facts;
    }

    private Fact node(String path) {
        return switch (tree.find(path).kind()) {
            case MISSING -> new Fact(Subject.DEVICE, Fact.State.ABSENT, "", path, isLive() ? LIVE : "");
            case OTHER -> Fact.found(Subject.DEVICE, "node", path, "");
            case UNREADABLE ->
                Fact.unknown(Subject.DEVICE, path, tree.find(path).problem());
            case FILE, DIRECTORY -> Fact.found(Subject.DEVICE, "file", path, "");
        };
    }

    /** A directory with real nodes in it lists what there is; one of plain files, what somebody put there. */
    private boolean isLive() {
        return tree.find("/dev/null").kind() == HostTree.Kind.OTHER;
    }

    private Fact library(Map<String, String> environment) {
        String home = DriverProbe.home(tree) + "/driver/lib64";
        Set<String> directories = new LinkedHashSet<>(driverLibraries(home));
        directories.addAll(searchPath(environment));
        directories.addAll(SYSTEM_LIBRARIES);
        for (String directory : directories) {
            String path = directory + "/" + HAL;
            if (tree.find(path).exists()
                    && !CannLocator.isStubPath(tree.find(path).inTree())) {
                return Fact.found(Subject.DRIVER_LIBRARY, "present", path, "");
            }
        }
        // Whether the directory is there tells a missing mount from a broken driver.
        String note = tree.isDirectory(home) ? home + " is there" : "";
        return new Fact(Subject.DRIVER_LIBRARY, Fact.State.ABSENT, "", home + "/driver/" + HAL, note);
    }

    /** Where a driver keeps its libraries. */
    static List<String> driverLibraries(String home) {
        return List.of(home + "/driver", home + "/common", home);
    }

    /** The absolute directories of {@code LD_LIBRARY_PATH}. */
    static List<String> searchPath(Map<String, String> environment) {
        List<String> directories = new ArrayList<>();
        String[] entries = environment.getOrDefault("LD_LIBRARY_PATH", "").split(":", MAX_PATH_ENTRIES + 1);
        for (int i = 0; i < Math.min(entries.length, MAX_PATH_ENTRIES); i++) {
            if (entries[i].startsWith("/")) {
                directories.add(entries[i]);
            }
        }
        return directories;
    }
}
