package org.ascend4j.internal.acl.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How JavaCPP turns the headers of {@code native/include} into {@code generated.AclNative}: static methods under ACL's
 * own names through which only primitives and arrays of primitives pass.
 *
 * <p>Handles and addresses are {@code long}, out-parameters are arrays of one element, C strings are NUL-terminated
 * {@code byte[]}. JavaCPP's own classes are therefore needed while building and never at run time. Handle, enum and
 * struct types are "skipped" so that no Java class is written for them; their mapping to primitives still holds.
 */
@Properties(
        value =
                @Platform(
                        include = {
                            "acl/acl_base.h",
                            "acl/acl_rt.h",
                            "acl/acl_mdl.h",
                            "acl/acl.h",
                            "aclnn/acl_meta.h",
                            "aclnn/aclnn_base.h",
                            "aclnnop/aclnn_add.h",
                            "aclnnop/aclnn_add_rms_norm.h",
                            "aclnnop/aclnn_argmax.h",
                            "aclnnop/aclnn_batch_matmul.h",
                            "aclnnop/aclnn_cast.h",
                            "aclnnop/aclnn_copy.h",
                            "aclnnop/aclnn_embedding.h",
                            "aclnnop/aclnn_fused_infer_attention_score_v2.h",
                            "aclnnop/aclnn_fused_infer_attention_score_v3.h",
                            "aclnnop/aclnn_gather_v2.h",
                            "aclnnop/aclnn_geglu_v3.h",
                            "aclnnop/aclnn_gelu_v2.h",
                            "aclnnop/aclnn_grouped_matmul_v4.h",
                            "aclnnop/aclnn_layer_norm.h",
                            "aclnnop/aclnn_matmul.h",
                            "aclnnop/aclnn_mm.h",
                            "aclnnop/aclnn_moe_finalize_routing_v2.h",
                            "aclnnop/aclnn_moe_gating_top_k_softmax_v2.h",
                            "aclnnop/aclnn_moe_init_routing_v2.h",
                            "aclnnop/aclnn_mul.h",
                            "aclnnop/aclnn_rms_norm.h",
                            "aclnnop/aclnn_rope_with_sin_cos_cache.h",
                            "aclnnop/aclnn_rotary_position_embedding.h",
                            "aclnnop/aclnn_scatter_nd_update.h",
                            "aclnnop/aclnn_scatter_pa_kv_cache.h",
                            "aclnnop/aclnn_silu.h",
                            "aclnnop/aclnn_softmax.h",
                            "aclnnop/aclnn_swi_glu.h",
                            "aclnnop/aclnn_tanh.h",
                            "aclnnop/aclnn_weight_quant_batch_matmul_v2.h",
                            "aclnnop/aclnn_weight_quant_batch_matmul_v3.h",
                            "ascend4j_shim.h",
                            "step_program.h",
                            "jni_text.h"
                        },
                        library = "jniascend4j",
                        link = "ascend4j_shim"),
        target = "org.ascend4j.internal.acl.generated.AclNative")
public final class AclPreset implements InfoMapper {
    private static final String[] OPAQUE = {
        "aclTensor",
        "aclScalar",
        "aclIntArray",
        "aclFloatArray",
        "aclBoolArray",
        "aclTensorList",
        "aclScalarList",
        "aclOpExecutor",
        "ascend4j_program"
    };
    private static final String[] HANDLES = {"aclrtStream", "aclrtContext", "aclrtEvent", "aclmdlRI", "aclrtTaskGrp"};
    private static final String[] ENUMS = {
        "aclDataType",
        "aclFormat",
        "aclLogLevel",
        "aclCANNPackageName",
        "aclrtRunMode",
        "aclrtMemMallocPolicy",
        "aclrtMemcpyKind",
        "aclrtMemAttr",
        "aclrtEventRecordedStatus",
        "aclrtEventWaitStatus",
        "aclrtStreamStatus",
        "aclrtLastErrLevel",
        "aclrtDevResLimitType",
        "aclrtMemLocationType",
        "aclmdlRICaptureMode",
        "aclmdlRICaptureStatus"
    };
    private static final String[] STRUCTS = {"aclCANNPackageVersion", "aclrtPtrAttributes", "aclrtMemLocation"};

    @Override
    public void map(InfoMap map) {
        map.put(new Info("ACL_FUNC_VISIBILITY").cppTypes().annotations());
        map.put(new Info("__cplusplus").define());
        map.put(new Info("_MSC_VER").define(false));
        mapHandles(map);
        mapNumbers(map);
        // Text returned as a pointer cannot cross as an array; jni_text.h copies it instead.
        map.put(new Info(
                        "aclGetRecentErrMsg",
                        "aclrtGetSocName",
                        "ascend4j_since",
                        "ascend4j_library_path",
                        "ascend4j_missing_symbol",
                        "ascend4j_open_notes",
                        "ascend4j_jni_copy")
                .skip());
        // Host callbacks run on CANN's threads; Java polls events instead.
        map.put(new Info("aclrtHostFunc", "aclrtLaunchHostFunc").skip());
        mapBuffers(map);
    }

    private static void mapHandles(InfoMap map) {
        map.put(new Info("void").cast().valueTypes("void").pointerTypes("long"));
        map.put(new Info("const void").cast().valueTypes("void").pointerTypes("long"));
        for (String type : OPAQUE) {
            map.put(new Info(type, "const " + type)
                    .cast()
                    .skip()
                    .valueTypes("long")
                    .pointerTypes("long"));
        }
        for (String type : HANDLES) {
            map.put(new Info(type).cast().skip().valueTypes("long").pointerTypes("long[]"));
        }
        for (String type : STRUCTS) {
            map.put(new Info(type).cast().skip().pointerTypes("byte[]"));
        }
    }

    private static void mapNumbers(InfoMap map) {
        for (String type : ENUMS) {
            map.put(new Info(type).cast().valueTypes("int").pointerTypes("int[]"));
        }
        for (String type : new String[] {"aclError", "aclnnStatus", "int", "int32_t", "uint32_t"}) {
            map.put(new Info(type, "const " + type).cast().valueTypes("int").pointerTypes("int[]"));
        }
        for (String type : new String[] {"int64_t", "uint64_t", "size_t"}) {
            map.put(new Info(type, "const " + type).cast().valueTypes("long").pointerTypes("long[]"));
        }
        map.put(new Info("int8_t", "const int8_t").cast().valueTypes("byte").pointerTypes("byte[]"));
        map.put(new Info("char", "const char").cast().valueTypes("byte").pointerTypes("byte[]"));
        map.put(new Info("bool", "const bool").cast().valueTypes("boolean").pointerTypes("boolean[]"));
        map.put(new Info("float", "const float").cast().valueTypes("float").pointerTypes("float[]"));
    }

    /** Two functions that take the JNI environment itself, so that no JavaCPP class wraps a buffer. */
    private static void mapBuffers(InfoMap map) {
        map.put(new Info("ascend4j_jni_buffer")
                .javaText("public static native @Raw(withEnv = true) java.nio.ByteBuffer ascend4j_jni_buffer("
                        + "long address, long capacity);"));
        map.put(new Info("ascend4j_jni_address")
                .javaText("public static native long ascend4j_jni_address(@Raw(withEnv = true) "
                        + "java.nio.Buffer buffer);"));
    }
}
