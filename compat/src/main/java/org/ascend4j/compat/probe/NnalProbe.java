package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.CannVersion;

/** Looks at NNAL (ATB): its release, whether its library is there, and the C++ ABI that was chosen for it. */
final class NnalProbe {
    private static final String HOME = "/usr/local/Ascend/nnal/atb";
    private static final Pattern ABI = Pattern.compile("(.{0,4000})/atb/cxx_abi_([01])/?");
    private static final String LIBRARY = "libatb.so";

    private final HostTree tree;

    NnalProbe(HostTree tree) {
        this.tree = tree;
    }

    /** Nothing where nothing is installed and no variable asks for it. */
    List<Fact> facts(Map<String, String> environment) {
        String chosen = environment.getOrDefault("ATB_HOME_PATH", "");
        Matcher abi = ABI.matcher(chosen);
        String home = abi.matches() ? abi.group(1) : chosen;
        if (!home.startsWith("/")) {
            if (!tree.isDirectory(HOME)) {
                return List.of();
            }
            home = HOME + "/latest";
        }
        List<Fact> facts = new ArrayList<>();
        facts.add(release(home));
        List<String> libraries = libraries(home, abi.matches() ? abi.group(2) : "");
        if (libraries.stream().noneMatch(path -> tree.find(path).exists())) {
            facts.add(new Fact(Subject.NNAL, Fact.State.ABSENT, "", libraries.get(0), LIBRARY));
        }
        if (abi.matches()) {
            facts.add(Fact.found(Subject.CXX_ABI, abi.group(2), "ATB_HOME_PATH", "ATB"));
        }
        return facts;
    }

    private static List<String> libraries(String home, String abi) {
        List<String> libraries = new ArrayList<>();
        for (String candidate : abi.isEmpty() ? List.of("1", "0") : List.of(abi)) {
            libraries.add(home + "/atb/cxx_abi_" + candidate + "/lib/" + LIBRARY);
        }
        return libraries;
    }

    private Fact release(String home) {
        FileText text = tree.read(home + "/version.info");
        List<String> values = new ArrayList<>(text.values("Version", '='));
        values.addAll(text.values("Ascend-cann-atb", ':'));
        values.addAll(text.values("Ascend-cann-nnal", ':'));
        Optional<String> release = values.stream()
                .filter(value -> CannVersion.tryParse(value).isPresent())
                .findFirst();
        if (release.isPresent()) {
            return Fact.found(Subject.NNAL, release.get(), text.path(), "");
        }
        HostTree.Entry entry = tree.find(home);
        if (!entry.exists()) {
            return Fact.absent(Subject.NNAL, home);
        }
        String name = entry.inTree().substring(entry.inTree().lastIndexOf('/') + 1);
        return CannVersion.tryParse(name).isPresent()
                ? Fact.found(Subject.NNAL, name, entry.inTree(), "by the directory's name")
                : Fact.unknown(Subject.NNAL, text.path(), text.isRead() ? "it names no release" : text.problem());
    }

    /** The ABI that torch was compiled for, by the names that its smallest library exports. */
    Optional<Fact> torchAbi(String packages) {
        String library = packages + "/torch/lib/libc10.so";
        Optional<Set<String>> exports = ElfFile.exports(tree, library, name -> name.startsWith("_ZN3c10"));
        return exports.filter(names -> !names.isEmpty())
                .map(names -> names.stream().anyMatch(name -> name.contains("__cxx11")) ? "1" : "0")
                .map(abi -> Fact.found(Subject.CXX_ABI, abi, library, "torch"));
    }
}
