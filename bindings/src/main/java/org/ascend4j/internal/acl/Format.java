package org.ascend4j.internal.acl;

/** ACL's tensor formats in use. */
public enum Format {
    /** Row-major with any number of dimensions. */
    ND(2),
    /** Blocks of 16 rows, for weights of the matrix unit. */
    FRACTAL_NZ(29);

    private final int id;

    Format(int id) {
        this.id = id;
    }

    /** The value of {@code aclFormat}. */
    public int id() {
        return id;
    }
}
