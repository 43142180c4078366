package org.ascend4j.internal.acl;

import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/** Tensors given to an operator as one parameter ({@code aclTensorList}); ACL makes it the owner of its members. */
public final class TensorList extends NativeResource {
    private final long handle;

    private TensorList(long handle) {
        super(Kind.TENSOR_LIST);
        this.handle = handle;
        opened();
    }

    /** Takes the members over: they count as closed from here on and are destroyed with the list. */
    public static TensorList of(Tensor... members) {
        long[] handles = new long[members.length];
        for (int i = 0; i < members.length; i++) {
            handles[i] = members[i].handle();
            for (int j = 0; j < i; j++) {
                if (members[j] == members[i]) {
                    throw new IllegalArgumentException("tensors " + j + " and " + i + " of the list are the same");
                }
            }
        }
        long handle = Acl.checkHandle(AclNative.aclCreateTensorList(handles, handles.length), "aclCreateTensorList");
        for (Tensor member : members) {
            member.surrender();
        }
        return new TensorList(handle);
    }

    /** The {@code aclTensorList*}. */
    public long handle() {
        requireOpen();
        return handle;
    }

    @Override
    void release() {
        Acl.check(AclNative.aclDestroyTensorList(handle), "aclDestroyTensorList");
    }
}
