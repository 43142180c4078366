package org.ascend4j.compat.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds any trace of an NPU: device nodes, a driver, a CANN installation. */
public final class NpuSigns {
    private NpuSigns() {}

    /**
     * Every sign on a host, device nodes first; empty where there is none.
     *
     * @param root the host's root directory, {@code /} for this host
     * @param environment the environment variables that count
     * @param properties the system properties that count: one names a CANN installation
     */
    public static List<NpuSign> find(Path root, Map<String, String> environment, Map<String, String> properties) {
        HostTree tree = new HostTree(root);
        List<NpuSign> signs = new ArrayList<>();
        for (String name : tree.list("/dev")) {
            if (name.startsWith("davinci")) {
                signs.add(new NpuSign(NpuSign.Kind.DEVICE_NODE, "/dev/" + name));
            }
        }
        for (String file : List.of(DriverProbe.INSTALL_RECORD, DriverProbe.versionFile(tree))) {
            // A file that is there but may not be read is a sign as well.
            if (tree.find(file).kind() != HostTree.Kind.MISSING) {
                signs.add(new NpuSign(NpuSign.Kind.DRIVER, file));
            }
        }
        List<CannHome> homes = new ArrayList<>(CannLocator.homes(tree, environment, properties));
        homes.addAll(CannLocator.unreadable(tree, environment));
        homes.forEach(home -> signs.add(new NpuSign(NpuSign.Kind.CANN, Fact.printable(home.path()))));
        return List.copyOf(signs);
    }
}
