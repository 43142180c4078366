package org.ascend4j.internal.acl;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.ascend4j.internal.acl.NativeResources.Kind;
import org.ascend4j.internal.acl.generated.AclNative;

/**
 * A list of ACL calls that is put together once and made by one native call each time it runs, such as the updates of
 * all task groups of a graph, their events and the replay. It repeats the same arguments except for the arrays that
 * {@link CallArguments#values} takes out of {@link #values()}. Everything named in it must stay open, and memory in its
 * place, as long as the program is run. Used by one thread at a time; a run makes no Java garbage.
 */
public final class StepProgram extends NativeResource {
    private final long handle;
    private final LongBuffer values;
    private final long address;
    private final ByteBuffer memory; // behind the address
    private final Set<NativeResource> resources = new LinkedHashSet<>();
    private NativeResource[] used = {};

    /** An empty program that takes {@code valueCount} values a run. */
    public StepProgram(int valueCount) {
        super(Kind.STEP_PROGRAM);
        if (valueCount < 0 || valueCount > 1 << 24) {
            throw new IllegalArgumentException("a step program of " + valueCount + " values, expected 0 to 2^24");
        }
        memory = ByteBuffer.allocateDirect(Math.max(1, valueCount) * Long.BYTES).order(ByteOrder.nativeOrder());
        values = memory.asLongBuffer().limit(valueCount);
        address = AclNative.ascend4j_jni_address(memory);
        handle = Acl.checkHandle(AclNative.ascend4j_program_create(), "ascend4j_program_create");
        opened();
    }

    /** What the next run reads: set by absolute index. */
    public LongBuffer values() {
        return values;
    }

    /**
     * Appends both phases of an operator, named as {@code aclnnAdd}.
     *
     * @param arguments those of the first phase up to {@code workspaceSize}
     * @param workspace at least as large as every run's first phase asks for; null for none
     */
    public StepProgram operator(String operator, CallArguments arguments, DeviceMemory workspace, Stream stream) {
        requireOpen();
        for (CallArguments.Piece piece : arguments.pieces()) {
            if (piece.offset() < 0 || piece.length() < 0 || piece.offset() + piece.length() > values.limit()) {
                throw new IllegalArgumentException(operator + " reads " + piece.length() + " values from "
                        + piece.offset() + " on, the program takes " + values.limit());
            }
        }
        int index = AclNative.ascend4j_program_operator(
                handle,
                CText.of(operator),
                CText.of(arguments.kinds()),
                withTexts(arguments),
                arguments.count(),
                workspace == null ? 0 : workspace.address(),
                workspace == null ? 0 : workspace.size(),
                stream.handle());
        resources.add(stream);
        if (workspace != null) {
            resources.add(workspace.block());
        }
        return appended(index, operator, arguments);
    }

    private StepProgram call(String function, CallArguments arguments) {
        requireOpen();
        int index = AclNative.ascend4j_program_call(
                handle, CText.of(function), CText.of(arguments.kinds()), arguments.words(), arguments.count());
        return appended(index, function, arguments);
    }

    private long[] withTexts(CallArguments arguments) {
        long[] words = arguments.words();
        for (CallArguments.Text text : arguments.texts()) {
            words[text.argument()] = Acl.checkHandle(
                    AclNative.ascend4j_program_text(handle, CText.of(text.text())), "ascend4j_program_text");
        }
        return words;
    }

    private StepProgram appended(int index, String function, CallArguments arguments) {
        if (index < 0) {
            throw failure(index, function);
        }
        for (CallArguments.Piece piece : arguments.pieces()) {
            int code =
                    AclNative.ascend4j_program_array(handle, index, piece.argument(), piece.offset(), piece.length());
            if (code != 0) {
                throw failure(code, function);
            }
        }
        resources.addAll(arguments.resources());
        used = resources.toArray(NativeResource[]::new);
        return this;
    }

    /** Appends the beginning of a group's update; the operators that follow on {@code stream} belong to it. */
    public StepProgram beginUpdate(TaskGroup group, Stream stream) {
        return call(
                "aclmdlRICaptureTaskUpdateBegin",
                new CallArguments().handle(stream, stream.handle()).handle(group.graph(), group.handle()));
    }

    /** Appends the end of the update on {@code stream}. */
    public StepProgram endUpdate(Stream stream) {
        return call("aclmdlRICaptureTaskUpdateEnd", new CallArguments().handle(stream, stream.handle()));
    }

    /** Appends {@link Event#record}. */
    public StepProgram record(Event event, Stream stream) {
        return call(
                "aclrtRecordEvent",
                new CallArguments().handle(event, event.handle()).handle(stream, stream.handle()));
    }

    /** Appends {@link Stream#waitFor}. */
    public StepProgram waitFor(Event event, Stream stream) {
        return call(
                "aclrtStreamWaitEvent",
                new CallArguments().handle(stream, stream.handle()).handle(event, event.handle()));
    }

    /** Appends {@link Graph#launch}. */
    public StepProgram launch(Graph graph, Stream stream) {
        return call(
                "aclmdlRIExecuteAsync",
                new CallArguments().handle(graph, graph.handle()).handle(stream, stream.handle()));
    }

    /** Appends a copy of pinned memory to the device. */
    public StepProgram copy(
            HostMemory from, long fromOffset, DeviceMemory to, long toOffset, long length, Stream stream) {
        DeviceMemory.checkRange(to, to.size(), toOffset, length);
        return call(
                "aclrtMemcpyAsync",
                new CallArguments()
                        .handle(to.block(), to.address() + toOffset)
                        .integer(to.size() - toOffset)
                        .handle(from, from.range(fromOffset, length))
                        .integer(length)
                        .integer(AclNative.ACL_MEMCPY_HOST_TO_DEVICE)
                        .handle(stream, stream.handle()));
    }

    /** Appends a copy of device memory to pinned memory. */
    public StepProgram copy(
            DeviceMemory from, long fromOffset, HostMemory to, long toOffset, long length, Stream stream) {
        DeviceMemory.checkRange(from, from.size(), fromOffset, length);
        return call(
                "aclrtMemcpyAsync",
                new CallArguments()
                        .handle(to, to.range(toOffset, length))
                        .integer(to.size() - toOffset)
                        .handle(from.block(), from.address() + fromOffset)
                        .integer(length)
                        .integer(AclNative.ACL_MEMCPY_DEVICE_TO_HOST)
                        .handle(stream, stream.handle()));
    }

    /** Appends a wait for all work of {@code stream}, at most {@code timeout}. */
    public StepProgram synchronize(Stream stream, Duration timeout) {
        long millis = timeout.toMillis();
        if (millis < 1 || millis > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("timeout is " + timeout + ", expected 1 ms to 2^31 ms");
        }
        return call(
                "aclrtSynchronizeStreamWithTimeout",
                new CallArguments().handle(stream, stream.handle()).integer(millis));
    }

    /**
     * Makes all calls in order with the present {@link #values()}, up to the first that fails.
     *
     * @throws AclException of the call that failed, with its place in the program; those before it were made
     * @throws IllegalStateException when something the program uses is closed; nothing was called then
     */
    public void run() {
        requireOpen();
        for (NativeResource resource : used) {
            resource.requireOpen();
        }
        int code = AclNative.ascend4j_program_run(handle, address, values.limit());
        Reference.reachabilityFence(memory);
        NativeCalls.count();
        if (code != 0) {
            throw failedRun(code);
        }
    }

    /** Number of calls, an operator's two phases counting as one. */
    public int size() {
        requireOpen();
        return AclNative.ascend4j_program_size(handle);
    }

    private RuntimeException failedRun(int code) {
        int record = AclNative.ascend4j_program_failed(handle);
        byte[] name = new byte[128];
        AclNative.ascend4j_program_function(handle, record, name, name.length);
        String function = CText.read(name);
        return failure(code, record < 0 ? "ascend4j_program_run" : function + " (call " + record + " of the program)");
    }

    private RuntimeException failure(int code, String call) {
        byte[] reason = new byte[512];
        AclNative.ascend4j_program_error(handle, reason, reason.length);
        String detail = CText.read(reason);
        return detail.isEmpty() ? Acl.failure(code, call) : new AclException(call, AclError.of(code), detail);
    }

    @Override
    void release() {
        AclNative.ascend4j_program_destroy(handle);
    }
}
