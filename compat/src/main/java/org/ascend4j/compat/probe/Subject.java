package org.ascend4j.compat.probe;

/** What a fact is about. */
public enum Subject {
    CANN("CANN"),
    DRIVER("driver"),
    FIRMWARE("firmware"),
    PYTHON("Python"),
    TORCH("torch"),
    TORCH_NPU("torch_npu");

    private final String label;

    Subject(String label) {
        this.label = label;
    }

    /** The name that reports use. */
    public String label() {
        return label;
    }
}
