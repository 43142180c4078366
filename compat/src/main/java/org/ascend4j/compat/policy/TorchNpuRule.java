package org.ascend4j.compat.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.StackFacts;
import org.ascend4j.compat.matrix.TsvTable;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Which builds of torch_npu a release may ask for (policy: torch_npu publishing): finals and posts
 * only stable ones, candidates development builds too, nothing a nightly one.
 */
public final class TorchNpuRule {
    /** How a build was published. */
    public enum Build {
        STABLE,
        /** A monthly proof of concept, {@code .devYYYYMMDD}. */
        DEV,
        /** A daily one. The number of a daily build looks like a monthly one's unless its local part tells. */
        NIGHTLY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private TorchNpuRule() {}

    /** Read at first use, once. */
    private static final class Table {
        private static final Map<String, List<String>> ALLOWED = new TreeMap<>();

        static {
            TsvTable.resource("torch_npu_kinds.tsv")
                    .rows()
                    .forEach(row -> ALLOWED.put(row.text("kind"), row.items("allowed")));
        }
    }

    /** How a torch_npu build was published, as far as its number tells. */
    public static Build build(Pep440Version torchNpu) {
        if (torchNpu.toString().contains("nightly")) {
            return Build.NIGHTLY;
        }
        return torchNpu.isPrerelease() ? Build.DEV : Build.STABLE;
    }

    /** True if a release of that kind ({@code final}, {@code rc}, {@code post}) may ask for such a build. */
    public static boolean allows(String kind, Build build) {
        return Table.ALLOWED.getOrDefault(kind, List.of()).contains(build.toString());
    }

    /** True if both are the same published build; local parts ({@code +git...}) do not count. */
    public static boolean sameBuild(Pep440Version left, Pep440Version right) {
        return left.publicPart().equals(right.publicPart());
    }

    /** The private wheels that images carry of one public build. */
    private static String wheels(Pep440Version torchNpu) {
        String wheels = TsvTable.resource("torch_npu_builds.tsv").rows().stream()
                .filter(row -> sameBuild(Pep440Version.parse(row.text("wheel")), torchNpu))
                .map(row -> row.text("wheel") + " for " + row.text("python") + " " + row.text("arch"))
                .collect(Collectors.joining(", "));
        return wheels.isEmpty() ? "" : "; known wheels: " + wheels;
    }

    /** Where upstream's own table names other builds for the row's CANN; empty if it agrees or is silent. */
    public static Optional<String> pairingMismatch(MatrixRow row) {
        return StackFacts.torchNpuPairings().stream()
                .filter(pairing -> pairing.cann().equals(row.cann()))
                .filter(pairing -> pairing.torchNpu().stream().noneMatch(build -> sameBuild(build, row.torchNpu())))
                .findFirst()
                .map(pairing -> "torch_npu's own table pairs CANN " + pairing.cann() + " with "
                        + pairing.torchNpu().stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + ", not with " + row.torchNpu());
    }

    /** Where a row breaks the rule, each breach one clause; upstream's own breaches are reported like any other. */
    public static List<String> breaches(MatrixRow row) {
        List<String> breaches = new ArrayList<>();
        Build build = build(row.torchNpu());
        if (!allows(row.kind(), build)) {
            breaches.add("a " + row.kind() + " release may not ask for a " + build + " build, and torch_npu is "
                    + row.torchNpu());
        }
        if (row.torchNpu().hasLocal()) {
            breaches.add("torch_npu " + row.torchNpu() + " is a private wheel; compare its public part "
                    + row.torchNpu().publicPart() + wheels(row.torchNpu()));
        }
        row.tritonAscend()
                .filter(triton -> !allows(row.kind(), build(triton)))
                .ifPresent(triton -> breaches.add("a " + row.kind()
                        + " release asks for a development build of another package: Triton Ascend " + triton));
        Pattern own = Pattern.compile("(?<![\\w.])" + Pattern.quote(row.plugin().toString()) + "(?![\\w.]*\\w)");
        PolicyRules.of("torch_npu_broken_by").stream()
                .filter(sentence -> own.matcher(sentence).find())
                .forEach(sentence -> breaches.add("known: " + sentence));
        return breaches;
    }
}
