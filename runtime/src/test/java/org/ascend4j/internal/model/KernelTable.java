package org.ascend4j.internal.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The data-type combinations that the 910B's kernels are compiled for, and how a recorded operator call maps to one of
 * them. A combination that is not in the table ends on hardware as error 561003.
 */
final class KernelTable {
    /** A kernel and, in its order, the recorded parameters that reach it; "-" for what the operator fills in itself. */
    private record Kernel(String name, List<String> inputs, List<String> outputs) {
        static Kernel of(String name, String inputs, String outputs) {
            return new Kernel(
                    name, List.of(inputs.split(" ")), outputs.isEmpty() ? List.of() : List.of(outputs.split(" ")));
        }
    }

    private static final Kernel GATHER = Kernel.of("gather_v2", "self index -", "out");
    private static final Map<String, Kernel> KERNELS = Map.ofEntries(
            Map.entry("aclnnEmbedding", Kernel.of("gather_v2", "weight indices -", "out")),
            Map.entry("aclnnGatherV2", GATHER),
            Map.entry("aclnnRmsNorm", Kernel.of("rms_norm", "x gamma", "yOut rstdOut")),
            Map.entry("aclnnAddRmsNorm", Kernel.of("add_rms_norm", "x1 x2 gamma", "yOut rstdOut xOut")),
            Map.entry("aclnnMatmul", Kernel.of("mat_mul_v3", "self mat2 - -", "out")),
            Map.entry("aclnnBatchMatMul", Kernel.of("batch_mat_mul_v3", "self mat2 - -", "out")),
            Map.entry(
                    "aclnnWeightQuantBatchMatmulV3",
                    Kernel.of(
                            "weight_quant_batch_matmul_v2",
                            "x weight antiquantScale antiquantOffsetOptional quantScaleOptional quantOffsetOptional"
                                    + " biasOptional",
                            "y")),
            Map.entry("aclnnDynamicQuant", Kernel.of("dynamic_quant", "x smoothScalesOptional -", "yOut scaleOut")),
            Map.entry("aclnnAscendQuant", Kernel.of("ascend_quant_v2", "x scale offset", "y")),
            Map.entry(
                    "aclnnQuantMatmulV4",
                    Kernel.of("quant_batch_matmul_v3", "x1 x2 scale offset bias pertokenScaleOptional", "out")),
            Map.entry("aclnnRotaryPositionEmbedding", Kernel.of("rotary_position_embedding", "x cos sin", "out")),
            Map.entry(
                    "aclnnRopeWithSinCosCache",
                    Kernel.of("rope_with_sin_cos_cache", "positions queryIn keyIn cosSinCache", "queryOut keyOut")),
            Map.entry("aclnnGeGluV3", Kernel.of("ge_glu_v2", "self", "out outGelu")),
            Map.entry(
                    "aclnnMoeGatingTopKSoftmaxV2",
                    Kernel.of(
                            "moe_gating_top_k_softmax_v2",
                            "x finishedOptional",
                            "yOut expertIdxOut softmaxResultOutOptional")),
            Map.entry(
                    "aclnnMoeInitRoutingV2",
                    Kernel.of(
                            "moe_init_routing_v2",
                            "x expertIdx",
                            "expandedXOut expandedRowIdxOut expertTokensCountOrCumsumOutOptional"
                                    + " expertTokensBeforeCapacityOutOptional")),
            Map.entry(
                    "aclnnMoeFinalizeRoutingV2",
                    Kernel.of(
                            "moe_finalize_routing_v2",
                            "expandedX expandedRowIdx x1Optional x2Optional biasOptional scalesOptional"
                                    + " expertIdxOptional",
                            "out")),
            Map.entry(
                    "aclnnGroupedMatmulV4",
                    Kernel.of("grouped_matmul", "x weight - - - - - groupListOptional -", "out")),
            Map.entry("aclnnLayerNorm", Kernel.of("layer_norm", "input weightOptional biasOptional", "out - -")),
            Map.entry("aclnnGeluV2", Kernel.of("gelu_v2", "x", "y")),
            Map.entry("aclnnTanh", Kernel.of("tanh", "self", "out")),
            Map.entry("aclnnSwiGlu", Kernel.of("swi_glu", "x", "out")),
            Map.entry(
                    "aclnnScatterPaKvCache",
                    Kernel.of("scatter_pa_kv_cache", "key keyCacheRef slotMapping value valueCacheRef", "")),
            Map.entry("aclnnScatterNdUpdate", Kernel.of("scatter_nd_update", "varRef indices updates", "varRef")),
            Map.entry(
                    "aclnnFusedInferAttentionScoreV2",
                    Kernel.of(
                            "fused_infer_attention_score",
                            "query key value pseShiftOptional attenMaskOptional - - deqScale1Optional quantScale1Optional"
                                    + " deqScale2Optional quantScale2Optional quantOffset2Optional"
                                    + " antiquantScaleOptional antiquantOffsetOptional blockTableOptional"
                                    + " queryPaddingSizeOptional kvPaddingSizeOptional keyAntiquantScaleOptional"
                                    + " keyAntiquantOffsetOptional valueAntiquantScaleOptional"
                                    + " valueAntiquantOffsetOptional keySharedPrefixOptional"
                                    + " valueSharedPrefixOptional - - - -",
                            "attentionOut softmaxLse")),
            Map.entry("aclnnArgMax", Kernel.of("arg_max_v2", "self -", "out")),
            Map.entry("aclnnSoftmax", Kernel.of("softmax_v2", "self", "out")),
            Map.entry("aclnnAdd", Kernel.of("add", "self other", "out")),
            Map.entry("aclnnMul", Kernel.of("mul", "self other", "out")),
            Map.entry("aclnnCast", Kernel.of("cast", "self", "out")),
            Map.entry("aclnnInplaceCopy", Kernel.of("view_copy", "selfRef - - - src - - -", "selfRef")));

    private static final Map<String, String> SHORT_NAMES = Map.ofEntries(
            Map.entry("FLOAT", "f32"),
            Map.entry("FLOAT16", "f16"),
            Map.entry("BF16", "bf16"),
            Map.entry("INT4", "i4"),
            Map.entry("INT8", "i8"),
            Map.entry("INT32", "i32"),
            Map.entry("INT64", "i64"),
            Map.entry("UINT64", "u64"),
            Map.entry("BOOL", "b"));

    /**
     * The operator's document takes masks of these types only; the table lists a half-precision mask for half-precision
     * queries, which the operator's own checks would refuse. The document decides.
     */
    private static final Set<String> MASK_TYPES = Set.of("b", "i8", "u8");

    private static final Set<String> TOKEN_SCALES = Set.of("keyAntiquantScaleOptional", "valueAntiquantScaleOptional");

    private static final String MASK = "attenMaskOptional";

    /** Gathering moves elements without looking at them: its kernels stand for all types of their width. */
    private static final Map<String, String> BY_WIDTH = Map.of("bf16", "f16", "i32", "f32", "b", "i8", "u8", "i8");

    private final Map<String, List<String>> combinations = new HashMap<>();

    static KernelTable read() {
        KernelTable table = new KernelTable();
        try {
            for (String line : Files.readAllLines(Golden.path("kernels/ascend910b.tsv"))) {
                if (!line.startsWith("#")) {
                    String[] cells = line.split("\t");
                    table.combinations.put(cells[0], List.of(cells).subList(1, cells.length));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return table;
    }

    /** Whether a recorded first phase has a kernel; the operator must be one of those above. */
    boolean has(String line) {
        String operator = line.substring(0, line.indexOf("GetWorkspaceSize"));
        Kernel kernel = KERNELS.get(operator);
        if (kernel == null) {
            throw new AssertionError("no kernel is known for " + operator + "; add it to " + KernelTable.class);
        }
        Map<String, String> tensors = tensors(line);
        if (kernel.name().equals("gather_v2")) {
            String moved = kernel.inputs().get(0);
            for (String parameter : List.of(moved, "out")) {
                tensors.computeIfPresent(parameter, (name, type) -> BY_WIDTH.getOrDefault(type, type));
            }
        }
        return combinations.get(kernel.name()).stream().anyMatch(combination -> matches(kernel, combination, tensors));
    }

    private static boolean matches(Kernel kernel, String combination, Map<String, String> tensors) {
        String[] sides = combination.split("->", -1);
        return matches(kernel.inputs(), List.of(sides[0].split(",")), tensors)
                && matches(kernel.outputs(), sides[1].isEmpty() ? List.of() : List.of(sides[1].split(",")), tensors);
    }

    private static boolean matches(List<String> parameters, List<String> types, Map<String, String> tensors) {
        if (parameters.size() != types.size()) {
            return false;
        }
        for (int i = 0; i < types.size(); i++) {
            String type = types.get(i).replaceAll("[?*]$", "");
            String found = tensors.get(parameters.get(i));
            if (parameters.get(i).equals(MASK) && MASK_TYPES.contains(found)) {
                continue;
            }
            // The document of QuantMatmulV4 takes an int32 bias with every output; the table lists one type for each.
            if (parameters.get(i).equals("bias") && found.equals("i32")) {
                continue;
            }
            // The document fixes the scales of tokens at float32; the table lists one type for scales of any mode.
            if (TOKEN_SCALES.contains(parameters.get(i)) && found.equals("f32")) {
                continue;
            }
            boolean absent = parameters.get(i).equals("-") || found.equals("-");
            boolean mayBeAbsent = parameters.get(i).equals("-") || types.get(i).endsWith("?");
            if (absent ? !mayBeAbsent : !found.equals(type)) {
                return false;
            }
        }
        return true;
    }

    /** The short type of each recorded tensor, "-" for an absent one. */
    private static Map<String, String> tensors(String line) {
        Map<String, String> types = new HashMap<>();
        String described = line.substring(line.indexOf(' ') + 1, line.indexOf('|'));
        for (String tensor : described.split(";")) {
            int equals = tensor.indexOf('=');
            String value = tensor.substring(equals + 1).replaceAll("^\\(", "");
            String type = value.split("[:),]")[0];
            types.put(tensor.substring(0, equals), type.equals("-") ? "-" : SHORT_NAMES.get(type));
        }
        return types;
    }
}
