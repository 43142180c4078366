package org.ascend4j.compat.probe;

/** What a fact is about. */
public enum Subject {
    CANN("CANN"),
    DRIVER("driver"),
    FIRMWARE("firmware"),
    PYTHON("Python"),
    TORCH("torch"),
    TORCH_NPU("torch_npu"),
    VLLM("vllm"),
    VLLM_ASCEND("vllm-ascend"),
    TRITON_ASCEND("triton-ascend"),
    /** The upstream package, which shares its namespace with triton-ascend. */
    TRITON("triton"),
    MOONCAKE("Mooncake"),
    NUMPY("numpy"),
    /** The ATB library package beside CANN. */
    NNAL("NNAL"),
    /** CANN's second package: operators and their kernels. */
    OPS("CANN ops"),
    /** Any further package of CANN, its name in the note. */
    CANN_PACKAGE("CANN package"),
    /** The chip by any of its names. */
    CHIP("chip"),
    /** The chip that a vllm-ascend wheel was built for. */
    WHEEL_CHIP("vllm-ascend build"),
    /** A directory of kernels, named after its chip. */
    KERNELS("kernels"),
    /** An operator of the engine that the operator libraries do not export. */
    OPERATOR("operator"),
    /** Operators of a vendor and the CANN they were compiled for. */
    CUSTOM_OPS("custom operators"),
    DEVICE("device node"),
    DRIVER_LIBRARY("driver library"),
    MOUNT("mount"),
    GLIBC("glibc"),
    /** The C++ ABI that a library was compiled for: 0 or 1. */
    CXX_ABI("C++ ABI"),
    /** A native library that was asked in a process of its own. */
    LIVE_PROBE("live probe");

    private final String label;

    Subject(String label) {
        this.label = label;
    }

    /** The name that reports use. */
    public String label() {
        return label;
    }
}
