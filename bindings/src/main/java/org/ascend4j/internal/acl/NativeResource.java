package org.ascend4j.internal.acl;

import java.lang.StackWalker.StackFrame;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Something native with one owner. Closing is idempotent and use after close throws; both hold from any thread, but
 * closing while another thread is inside a call on the same resource is the caller's error, as everywhere in ACL.
 */
public abstract class NativeResource implements AutoCloseable {
    private static final VarHandle CLOSED;

    static {
        try {
            CLOSED = MethodHandles.lookup().findVarHandle(NativeResource.class, "closed", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final NativeResources.Kind kind;
    private final StackFrame site;

    @SuppressWarnings("unused") // through CLOSED
    private volatile boolean closed;

    NativeResource(NativeResources.Kind kind) {
        this.kind = kind;
        this.site = NativeResources.tracking() ? caller() : null;
    }

    private static StackFrame caller() {
        String own = NativeResource.class.getPackageName();
        return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame ->
                                !frame.getDeclaringClass().getPackageName().equals(own)
                                        || frame.getClassName().endsWith("Test"))
                        .findFirst()
                        .orElse(null));
    }

    /** To be called by the subclass once the native resource exists. */
    final void opened() {
        NativeResources.opened(this);
    }

    /** Frees the native resource; called at most once. */
    abstract void release();

    /** Throws when the resource may not be closed yet; it then stays open. */
    void checkClosable() {}

    @Override
    public final void close() {
        if (isClosed()) {
            return;
        }
        checkClosable();
        if (CLOSED.compareAndSet(this, false, true)) {
            release(); // one that fails stays in the count, as the leak that it is
            NativeResources.closed(this);
        }
    }

    /** Closes without freeing, since something native owns the resource from now on. */
    final void surrender() {
        if (CLOSED.compareAndSet(this, false, true)) {
            NativeResources.closed(this);
        }
    }

    public final boolean isClosed() {
        return (boolean) CLOSED.getVolatile(this);
    }

    final void requireOpen() {
        if (closed) {
            throw new IllegalStateException("this " + this + " is closed");
        }
    }

    final NativeResources.Kind kind() {
        return kind;
    }

    final StackFrame site() {
        return site;
    }

    final String description() {
        return this + (site == null ? "" : " from " + site);
    }

    @Override
    public String toString() {
        return kind.toString();
    }
}
