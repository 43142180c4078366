package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.CannVersion;

/** Reads the release number of every package of a CANN home but the runtime, whose number is CANN's own. */
final class CannPackages {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final Pattern CFG_LINE =
            Pattern.compile("([a-z0-9_]{1,40})_running_version\\s*=\\s*\\[([^:\\]]{1,64}):([^\\]]{1,64})\\]");
    private static final Pattern OPERATORS = Pattern.compile("opp|opp_kernel.*|ops.*|op_?base|.*kernels?.*");
    private static final List<String> OLD_PACKAGES =
            List.of("compiler", "hccl", "opp", "opp_kernel", "toolkit", "aoe", "ncs", "fwkplugin");
    private static final Set<String> NOT_OF_CANN = Set.of("runtime", "driver", "firmware");
    private static final int MAX_PACKAGES = 64;

    private final HostTree tree;

    CannPackages(HostTree tree) {
        this.tree = tree;
    }

    List<Fact> facts(CannHome home) {
        Map<String, FileText> files = new LinkedHashMap<>();
        for (String name : tree.list(home.path() + "/share/info")) {
            add(files, name, home.path() + "/share/info/" + name + "/version.info");
        }
        OLD_PACKAGES.forEach(name -> add(files, name, home.path() + "/" + name + "/version.info"));
        List<Fact> facts = new ArrayList<>();
        files.forEach((name, text) -> facts.add(named(name, CannProbe.fromVersionInfo(text))));
        facts.addAll(fromVersionCfg(tree.read(home.path() + "/version.cfg")));
        return facts;
    }

    private void add(Map<String, FileText> files, String name, String path) {
        if (files.size() < MAX_PACKAGES
                && NAME.matcher(name).matches()
                && !NOT_OF_CANN.contains(name)
                && !files.containsKey(name)) {
            FileText text = tree.read(path);
            if (text.status() != FileText.Status.MISSING) {
                files.put(name, text);
            }
        }
    }

    private static List<Fact> fromVersionCfg(FileText text) {
        List<Fact> facts = new ArrayList<>();
        for (String line : text.text().split("\r\n|\n|\r")) {
            Matcher matcher = CFG_LINE.matcher(line.strip());
            if (matcher.matches()
                    && facts.size() < MAX_PACKAGES
                    && !NOT_OF_CANN.contains(matcher.group(1))
                    && CannVersion.tryParse(matcher.group(3)).isPresent()) {
                facts.add(named(matcher.group(1), Fact.found(Subject.CANN, matcher.group(3), text.path(), "")));
            }
        }
        return facts;
    }

    private static Fact named(String name, Fact fact) {
        Subject subject = OPERATORS.matcher(name).matches() ? Subject.OPS : Subject.CANN_PACKAGE;
        String note = fact.note().isEmpty() ? "package " + name : "package " + name + "; " + fact.note();
        return new Fact(subject, fact.state(), fact.value(), fact.source(), note);
    }

    /** True for the name of an {@code ascend_NAME_install.info} that belongs to the operator package. */
    static boolean isOperatorPackage(String name) {
        return OPERATORS.matcher(name).matches();
    }
}
