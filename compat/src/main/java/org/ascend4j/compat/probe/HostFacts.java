package org.ascend4j.compat.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything the probes found on a host.
 *
 * @param signs the traces of an NPU
 * @param facts what was found, subject by subject; one subject may have several
 * @param refusedHomes CANN homes that were named but cannot serve, each with its reason
 */
public record HostFacts(List<NpuSign> signs, List<Fact> facts, List<String> refusedHomes) {

    public HostFacts {
        signs = List.copyOf(signs);
        facts = List.copyOf(facts);
        refusedHomes = List.copyOf(refusedHomes);
    }

    /**
     * Runs every probe.
     *
     * @param root the host's root directory, {@code /} for this host
     * @param environment the environment variables that count
     * @param properties the system properties that count
     */
    public static HostFacts collect(Path root, Map<String, String> environment, Map<String, String> properties) {
        HostTree tree = new HostTree(root);
        List<Fact> facts = new ArrayList<>();
        CannProbe cann = new CannProbe(tree);
        cann.home(environment, properties)
                .ifPresentOrElse(
                        home -> facts.addAll(cann.facts(home)),
                        () -> facts.add(Fact.absent(Subject.CANN, "ASCEND_HOME_PATH, /usr/local/Ascend")));
        DriverProbe driver = new DriverProbe(tree);
        facts.add(driver.driver());
        facts.add(driver.firmware());
        facts.addAll(new PythonProbe(tree).facts(environment));
        return new HostFacts(
                NpuSigns.find(root, environment), facts, CannLocator.refusals(tree, environment, properties));
    }

    public boolean hasNpu() {
        return !signs.isEmpty();
    }

    /** The facts of one subject, never none. */
    public List<Fact> of(Subject subject) {
        return facts.stream().filter(fact -> fact.subject() == subject).toList();
    }
}
