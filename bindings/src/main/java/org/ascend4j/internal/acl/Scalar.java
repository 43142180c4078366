package org.ascend4j.internal.acl;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/** A host value given to an operator ({@code aclScalar}). */
public final class Scalar extends NativeResource {
    private final long handle;

    private Scalar(long handle) {
        super(Kind.SCALAR);
        this.handle = handle;
        opened();
    }

    public static Scalar of(float value) {
        return create(DataType.FLOAT, value(4).putFloat(0, value));
    }

    public static Scalar of(double value) {
        return create(DataType.DOUBLE, value(8).putDouble(0, value));
    }

    public static Scalar of(int value) {
        return create(DataType.INT32, value(4).putInt(0, value));
    }

    public static Scalar of(long value) {
        return create(DataType.INT64, value(8).putLong(0, value));
    }

    private static ByteBuffer value(int bytes) {
        return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
    }

    private static Scalar create(DataType type, ByteBuffer value) {
        long handle = AclNative.aclCreateScalar(AclNative.ascend4j_jni_address(value), type.id()); // copies the value
        Reference.reachabilityFence(value);
        return new Scalar(Acl.checkHandle(handle, "aclCreateScalar"));
    }

    /** The {@code aclScalar*}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    @Override
    void release() {
        Acl.check(AclNative.aclDestroyScalar(handle), "aclDestroyScalar");
    }
}
