package org.ascend4j.compat.probe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
     * Runs every probe that only reads: no process is started and no library opened.
     *
     * @param root the host's root directory, {@code /} for this host
     * @param environment the environment variables that count
     * @param properties the system properties that count
     */
    public static HostFacts collect(Path root, Map<String, String> environment, Map<String, String> properties) {
        return collect(root, environment, properties, ActiveProbes.NONE);
    }

    /**
     * Runs every probe.
     *
     * @param active what may be started besides; nothing of a tree below another root than {@code /} ever is
     */
    public static HostFacts collect(
            Path root, Map<String, String> environment, Map<String, String> properties, ActiveProbes active) {
        HostTree tree = new HostTree(root);
        List<NpuSign> signs = NpuSigns.find(root, environment, properties);
        List<Fact> facts = new ArrayList<>(new VisibilityProbe(tree).facts(environment));
        boolean own = root.toAbsolutePath().normalize().equals(Path.of("/"));
        // The child starts first, so that it works while this process reads files.
        LiveProbe live = own && active.libraries() && !signs.isEmpty()
                ? LiveProbe.start(tree, environment, properties)
                : LiveProbe.NOTHING;
        CannProbe cann = new CannProbe(tree);
        Optional<CannHome> home = cann.home(environment, properties);
        home.ifPresentOrElse(
                found -> facts.addAll(cann.facts(found)),
                () -> facts.add(Fact.absent(Subject.CANN, "ASCEND_HOME_PATH, /usr/local/Ascend")));
        if (own) {
            facts.addAll(new MappedLibraries(cann).facts());
        }
        NnalProbe nnal = new NnalProbe(tree);
        facts.addAll(nnal.facts(environment));
        home.ifPresent(found -> facts.addAll(new OperatorProbe(tree).facts(found, environment)));
        DriverProbe driver = new DriverProbe(tree);
        facts.add(driver.driver());
        facts.add(driver.firmware());
        facts.addAll(new ChipProbe(tree).facts(environment));
        facts.addAll(python(tree, environment, nnal, own && active.python()));
        facts.addAll(live.facts());
        return new HostFacts(signs, facts, CannLocator.refusals(tree, environment, properties));
    }

    private static List<Fact> python(HostTree tree, Map<String, String> environment, NnalProbe nnal, boolean mayStart) {
        Optional<PythonInstallation> installation = new PythonProbe(tree, environment).installation();
        List<Fact> facts = new ArrayList<>(PythonProbe.facts(installation));
        installation.ifPresent(found -> {
            found.packages().forEach(packages -> nnal.torchAbi(packages).ifPresent(facts::add));
            if (found.holds(Subject.MOONCAKE)) {
                new GlibcProbe(tree).fact().ifPresent(facts::add);
            }
            if (mayStart) {
                facts.addAll(new PythonProcess(tree).facts(found));
            }
        });
        return facts;
    }

    public boolean hasNpu() {
        return !signs.isEmpty();
    }

    /** The facts of one subject. */
    public List<Fact> of(Subject subject) {
        return facts.stream().filter(fact -> fact.subject() == subject).toList();
    }
}
