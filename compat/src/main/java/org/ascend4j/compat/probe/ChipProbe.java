package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Names the chip without asking it: by the PCI devices that the kernel lists, and by {@code SOC_VERSION},
 * which builds and images set.
 */
final class ChipProbe {
    private static final String PCI = "/sys/bus/pci/devices";
    private static final String HUAWEI = "0x19e5";
    private static final int MAX_DEVICES = 4096;

    /** PCI device numbers of Ascend accelerators; several chips of a family share one. */
    private static final Map<String, String> DEVICES = Map.of(
            "0xd100", "Ascend310",
            "0xd105", "Ascend310B",
            "0xd500", "Ascend310P",
            "0xd801", "Ascend910",
            "0xd802", "Ascend910B",
            "0xd803", "Ascend910_93");

    private final HostTree tree;

    ChipProbe(HostTree tree) {
        this.tree = tree;
    }

    List<Fact> facts(Map<String, String> environment) {
        List<Fact> facts = new ArrayList<>();
        String stated = environment.getOrDefault("SOC_VERSION", "").strip();
        if (!stated.isEmpty()) {
            facts.add(Fact.found(Subject.CHIP, stated, "SOC_VERSION", ""));
        }
        List<String> devices = tree.list(PCI);
        for (String name : devices.subList(0, Math.min(devices.size(), MAX_DEVICES))) {
            String device = PCI + "/" + name;
            if (tree.read(device + "/vendor").text().strip().equals(HUAWEI)) {
                String chip = DEVICES.get(tree.read(device + "/device").text().strip());
                // Cards of one host are alike; the first of a kind speaks for all.
                if (chip != null
                        && facts.stream().noneMatch(fact -> fact.value().equals(chip))) {
                    facts.add(Fact.found(Subject.CHIP, chip, device + "/device", ""));
                }
            }
        }
        return facts;
    }
}
