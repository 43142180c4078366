package org.ascend4j.internal.acl;

import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/** Host integers given to an operator ({@code aclIntArray}), such as sequence lengths. */
public final class IntArray extends NativeResource {
    private final long handle;

    private IntArray(long handle) {
        super(Kind.INT_ARRAY);
        this.handle = handle;
        opened();
    }

    /** Copies {@code values}. */
    public static IntArray of(long... values) {
        return of(values, values.length);
    }

    /** Copies the first {@code length} of {@code values}. */
    public static IntArray of(long[] values, int length) {
        if (length < 0 || length > values.length) {
            throw new IllegalArgumentException("length is " + length + ", expected 0 to " + values.length);
        }
        return new IntArray(Acl.checkHandle(AclNative.aclCreateIntArray(values, length), "aclCreateIntArray"));
    }

    /** The {@code aclIntArray*}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    @Override
    void release() {
        Acl.check(AclNative.aclDestroyIntArray(handle), "aclDestroyIntArray");
    }
}
