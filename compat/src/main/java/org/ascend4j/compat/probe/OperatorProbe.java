package org.ascend4j.compat.probe;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.CannVersion;

/**
 * Looks at CANN's operators: the kernels of each chip, the operators that its libraries export, and
 * the packages that vendors added, with the CANN they were compiled for.
 */
final class OperatorProbe {
    private static final String KERNELS = "/built-in/op_impl/ai_core/tbe/kernel";
    private static final Pattern CHIP_DIRECTORY = Pattern.compile("ascend[0-9][0-9a-z_]{0,20}");
    private static final Pattern LIBRARY = Pattern.compile("libopapi(?:_[a-z0-9_]{1,40})?\\.so");
    private static final String PHASE_ONE = "GetWorkspaceSize";
    private static final int MAX_LIBRARIES = 24;
    private static final int MAX_VENDORS = 32;
    private static final List<String> STAMPS =
            List.of("custom_opp_compiler_version", "compiler_version", "cann_version", "Version");

    /** Operators without which the engine cannot run a model, each by its own name. */
    static final List<String> REQUIRED = List.of(
            "aclnnAdd",
            "aclnnAddRmsNorm",
            "aclnnArgMax",
            "aclnnBatchMatMul",
            "aclnnCast",
            "aclnnEmbedding",
            "aclnnFusedInferAttentionScoreV2",
            "aclnnGatherV2",
            "aclnnInplaceCopy",
            "aclnnMatmul",
            "aclnnMul",
            "aclnnRmsNorm",
            "aclnnScatterNdUpdate",
            "aclnnSoftmax",
            "aclnnSwiGlu");

    /** Operators that make it faster or open more models; without them it takes another way. */
    static final List<String> OPTIONAL = List.of(
            "aclnnGeGluV3",
            "aclnnGeluV2",
            "aclnnGroupedMatmulV4",
            "aclnnLayerNorm",
            "aclnnMoeFinalizeRoutingV2",
            "aclnnMoeGatingTopKSoftmaxV2",
            "aclnnMoeInitRoutingV2",
            "aclnnRopeWithSinCosCache",
            "aclnnRotaryPositionEmbedding",
            "aclnnScatterPaKvCache",
            "aclnnTanh",
            "aclnnWeightQuantBatchMatmulV3");

    private final HostTree tree;

    OperatorProbe(HostTree tree) {
        this.tree = tree;
    }

    List<Fact> facts(CannHome home, Map<String, String> environment) {
        String opp = environment.getOrDefault("ASCEND_OPP_PATH", "").startsWith("/")
                ? environment.get("ASCEND_OPP_PATH")
                : home.path() + "/opp";
        List<Fact> facts = new ArrayList<>(kernels(opp));
        List<String> vendors = vendors(opp, environment);
        vendors.forEach(vendor -> customOperators(vendor).ifPresent(facts::add));
        facts.addAll(operators(home, vendors));
        return facts;
    }

    private List<Fact> kernels(String opp) {
        List<Fact> facts = new ArrayList<>();
        for (String name : tree.list(opp + KERNELS)) {
            if (facts.size() < MAX_VENDORS
                    && CHIP_DIRECTORY.matcher(name).matches()
                    && tree.isDirectory(opp + KERNELS + "/" + name)) {
                facts.add(Fact.found(Subject.KERNELS, name, opp + KERNELS + "/" + name, ""));
            }
        }
        if (facts.isEmpty() && tree.isDirectory(opp)) {
            facts.add(Fact.absent(Subject.KERNELS, opp + KERNELS));
        }
        return facts;
    }

    private List<Fact> operators(CannHome home, List<String> vendors) {
        List<String> libraries = libraries(home);
        if (libraries.isEmpty()) {
            return siblingOfLibraries(home)
                    .map(directory -> List.of(missing("libopapi.so", directory)))
                    .orElse(List.of());
        }
        Set<String> exported = new HashSet<>();
        for (String library : libraries) {
            exported.addAll(exports(library));
        }
        if (exported.isEmpty()) {
            return List.of(Fact.unknown(Subject.OPERATOR, libraries.get(0), "counted by presence, no symbols to read"));
        }
        vendors.forEach(vendor -> exported.addAll(exports(vendor + "/op_api/lib/libcust_opapi.so")));
        List<Fact> facts = new ArrayList<>();
        for (String operator : REQUIRED) {
            if (!exported.contains(operator) || !exported.contains(operator + PHASE_ONE)) {
                facts.add(missing(operator, libraries.get(0)));
            }
        }
        for (String operator : OPTIONAL) {
            if (!exported.contains(operator)) {
                facts.add(new Fact(Subject.OPERATOR, Fact.State.ABSENT, "", libraries.get(0), "optional " + operator));
            }
        }
        if (facts.isEmpty()) {
            facts.add(Fact.found(
                    Subject.OPERATOR, REQUIRED.size() + OPTIONAL.size() + " exported", libraries.get(0), ""));
        }
        return facts;
    }

    private static Fact missing(String operator, String source) {
        return new Fact(Subject.OPERATOR, Fact.State.ABSENT, "", source, operator);
    }

    private Set<String> exports(String library) {
        return ElfFile.exports(tree, library, name -> name.startsWith("aclnn")).orElse(Set.of());
    }

    private List<String> libraries(CannHome home) {
        List<String> libraries = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String directory : CannLocator.libraryDirectories(home)) {
            for (String name : tree.list(directory)) {
                String path = directory + "/" + name;
                if (LIBRARY.matcher(name).matches()
                        && libraries.size() < MAX_LIBRARIES
                        && tree.find(path).exists()
                        && seen.add(tree.find(path).inTree())) {
                    libraries.add(path);
                }
            }
        }
        return libraries;
    }

    /** A directory with the library that stands beside the operators' in every CANN. */
    private Optional<String> siblingOfLibraries(CannHome home) {
        return CannLocator.libraryDirectories(home).stream()
                .filter(directory -> tree.find(directory + "/libnnopbase.so").exists())
                .findFirst();
    }

    private List<String> vendors(String opp, Map<String, String> environment) {
        List<String> vendors = new ArrayList<>();
        for (String path :
                environment.getOrDefault("ASCEND_CUSTOM_OPP_PATH", "").split(":", MAX_VENDORS + 1)) {
            if (path.startsWith("/") && vendors.size() < MAX_VENDORS) {
                vendors.add(path);
            }
        }
        for (String name : tree.list(opp + "/vendors")) {
            if (vendors.size() < MAX_VENDORS && tree.isDirectory(opp + "/vendors/" + name)) {
                vendors.add(opp + "/vendors/" + name);
            }
        }
        return vendors;
    }

    private Optional<Fact> customOperators(String vendor) {
        FileText text = tree.read(vendor + "/version.info");
        if (!text.isRead()) {
            return Optional.empty();
        }
        for (String key : STAMPS) {
            for (String value : text.values(key, '=')) {
                Optional<CannVersion> version = CannVersion.tryParse(value);
                if (version.isPresent() && !version.get().isPackageNumber()) {
                    return Optional.of(Fact.found(Subject.CUSTOM_OPS, value, text.path(), key));
                }
            }
        }
        return Optional.of(Fact.unknown(Subject.CUSTOM_OPS, text.path(), "it names no CANN release"));
    }
}
