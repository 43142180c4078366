package org.ascend4j.internal.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.ascend4j.internal.acl.generated.AclNative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Programs of paged attention with growing lengths, against the same launched one by one. */
class StepProgramTest {
    private static final String ATTENTION = "aclnnFusedInferAttentionScoreV3";
    private static final int BATCH = 2;
    private static final int HEADS = 2;
    private static final int DEPTH = 32;
    private static final int WIDTH = HEADS * DEPTH;
    private static final int BLOCK = 16;
    private static final int BLOCKS = 6;
    private static final byte[] LAYOUT = CText.of("BSH");

    private final List<AutoCloseable> open = new ArrayList<>();
    private final Random random = new Random(5);
    private Device device;
    private Stream stream;
    private Stream side;
    private DeviceMemory result;
    private DeviceMemory workspace;
    private Tensor query;
    private Tensor out;
    private Tensor table;
    private TensorList keys;
    private TensorList values;

    @BeforeEach
    void open() {
        device = keep(HostDevice.open());
        stream = keep(device.stream());
        side = keep(device.stream());
        workspace = keep(device.allocate(1 << 20));
        result = halves(BATCH * WIDTH);
        query = keep(Tensor.of(DataType.FLOAT16, new long[] {BATCH, 1, WIDTH}, halves(BATCH * WIDTH)));
        out = keep(Tensor.of(DataType.FLOAT16, new long[] {BATCH, 1, WIDTH}, result));
        long[] cache = {BLOCKS, BLOCK, WIDTH};
        keys = keep(TensorList.of(Tensor.of(DataType.FLOAT16, cache, halves(BLOCKS * BLOCK * WIDTH))));
        values = keep(TensorList.of(Tensor.of(DataType.FLOAT16, cache, halves(BLOCKS * BLOCK * WIDTH))));
        ByteBuffer ids = ByteBuffer.allocate(BLOCKS * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int id : new int[] {4, 1, 5, 0, 3, 2}) {
            ids.putInt(id);
        }
        DeviceMemory blocks = keep(device.allocate(BLOCKS * 4));
        blocks.copyFrom(ids.flip());
        table = keep(Tensor.of(DataType.INT32, new long[] {BATCH, BLOCKS / BATCH}, blocks));
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(0, resource);
        return resource;
    }

    private DeviceMemory halves(int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count * 2).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putShort((short) (0x3000 + random.nextInt(0x0c00) + (random.nextBoolean() ? 0x8000 : 0)));
        }
        DeviceMemory memory = keep(device.allocate(count * 2L));
        memory.copyFrom(bytes.flip());
        return memory;
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    private CallArguments attention() {
        return new CallArguments()
                .tensor(query)
                .tensors(keys)
                .tensors(values)
                .noTensors(2)
                .integers(null)
                .values(0, BATCH)
                .noTensors(7)
                .tensor(table)
                .noTensors(8)
                .integers(null)
                .noTensors(3)
                .integer(HEADS)
                .real(0.17)
                .integer(Integer.MAX_VALUE)
                .integer(Integer.MAX_VALUE)
                .text("BSH")
                .integer(HEADS)
                .integer(0)
                .integer(0)
                .integer(BLOCK)
                .integer(0)
                .flag(false)
                .integer(0)
                .integer(0)
                .tensor(out)
                .tensor(null);
    }

    private void launch(OpCall op, long... lengths) {
        try (IntArray array = IntArray.of(lengths)) {
            op.launch(
                    ATTENTION,
                    AclNative.aclnnFusedInferAttentionScoreV3GetWorkspaceSize(
                            query.handle(),
                            keys.handle(),
                            values.handle(),
                            0,
                            0,
                            0,
                            array.handle(),
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            table.handle(),
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            0,
                            HEADS,
                            0.17,
                            Integer.MAX_VALUE,
                            Integer.MAX_VALUE,
                            LAYOUT,
                            HEADS,
                            0,
                            0,
                            BLOCK,
                            0,
                            false,
                            0,
                            0,
                            out.handle(),
                            0,
                            op.workspaceSize,
                            op.executor),
                    AclNative::aclnnFusedInferAttentionScoreV3);
        }
    }

    private byte[] bits() {
        byte[] bytes = new byte[BATCH * WIDTH * 2];
        result.copyTo(ByteBuffer.wrap(bytes));
        return bytes;
    }

    private byte[] eager(long... lengths) {
        result.fill((byte) 0);
        try (OpCall op = new OpCall(stream)) {
            launch(op, lengths);
            stream.synchronize(HostDevice.PATIENCE);
        }
        return bits();
    }

    @Test
    void launchesAnOperatorWithEachRunsLengths() {
        try (StepProgram program = new StepProgram(BATCH)) {
            program.operator(ATTENTION, attention(), workspace, stream).synchronize(stream, HostDevice.PATIENCE);
            assertThat(program.size()).isEqualTo(2);
            for (int length = 1; length <= 40; length += 3) {
                byte[] expected = eager(length, length + 5);
                result.fill((byte) 0);
                program.values().put(0, length).put(1, length + 5);
                program.run();
                assertThat(bits()).isEqualTo(expected);
            }
        }
    }

    @Test
    void updatesAGraphAndReplaysItInOneCall() {
        try (Event ready = device.externalEvent();
                HostMemory host = device.allocateHost(BATCH * WIDTH * 2);
                OpCall op = new OpCall(stream)) {
            op.reserve(1 << 20);
            Graph graph;
            TaskGroup group;
            try (Capture capture = Capture.begin(stream, CaptureMode.THREAD_LOCAL)) {
                stream.waitFor(ready);
                ready.reset(stream);
                group = capture.group(() -> launch(op, 1, 1));
                graph = capture.end();
            }
            try (graph;
                    StepProgram program = new StepProgram(BATCH)) {
                program.launch(graph, stream)
                        .beginUpdate(group, side)
                        .operator(ATTENTION, attention(), workspace, side)
                        .endUpdate(side)
                        .record(ready, side)
                        .copy(result, 0, host, 0, host.size(), stream)
                        .synchronize(stream, HostDevice.PATIENCE);
                for (int length = 2; length <= 40; length += 5) {
                    byte[] expected = eager(length, 43 - length);
                    result.fill((byte) 0);
                    program.values().put(0, length).put(1, 43 - length);
                    program.run();
                    byte[] found = new byte[expected.length];
                    host.buffer().get(found);
                    assertThat(found).as("length " + length).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void runsMakeNoJavaGarbage() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (StepProgram program = new StepProgram(BATCH)) {
            program.operator(ATTENTION, attention(), workspace, stream).synchronize(stream, HostDevice.PATIENCE);
            program.values().put(0, 3).put(1, 4);
            for (int i = 0; i < 50; i++) {
                program.run();
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 200; i++) {
                program.run();
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes for 200 runs")
                    .isLessThan(4_000);
        }
    }

    @Test
    void namesTheCallThatFailed() {
        try (StepProgram program = new StepProgram(BATCH)) {
            program.synchronize(stream, HostDevice.PATIENCE).operator(ATTENTION, attention(), workspace, stream);
            program.values().put(0, 3).put(1, BLOCK * BLOCKS);
            assertThatExceptionOfType(AclException.class)
                    .isThrownBy(program::run)
                    .satisfies(e -> assertThat(e.code()).isEqualTo(561002))
                    .withMessageContaining("aclnnFusedInferAttentionScoreV3GetWorkspaceSize (call 1 of the program)")
                    .withMessageContaining("actualSeqLengthsKv");
        }
    }

    @Test
    void refusesWhatTheHeadersDoNotDeclare() {
        try (StepProgram program = new StepProgram(1)) {
            assertThatExceptionOfType(AclException.class)
                    .isThrownBy(() -> program.operator("aclnnNone", new CallArguments(), null, stream))
                    .withMessageContaining("no such operator");
            assertThatExceptionOfType(AclException.class)
                    .isThrownBy(() -> program.operator("aclnnMul", new CallArguments().integer(1), null, stream))
                    .withMessageContaining("kinds 'i', expected 'ttt'");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> program.operator(ATTENTION, attention(), workspace, stream))
                    .withMessageContaining("reads 2 values from 0 on, the program takes 1");
            assertThat(program.size()).isZero();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new StepProgram(-1));
    }

    @Test
    void refusesToRunOnWhatIsClosed() {
        try (StepProgram program = new StepProgram(BATCH);
                DeviceMemory small = device.allocate(64)) {
            program.operator(ATTENTION, attention(), small, stream);
            program.values().put(0, 3).put(1, 4);
            assertThatExceptionOfType(AclException.class)
                    .isThrownBy(program::run)
                    .satisfies(e -> assertThat(e.name()).isEqualTo("ASCEND4J_ERROR_WORKSPACE_TOO_SMALL"))
                    .withMessageContaining("the program was given 64");
            table.close();
            assertThatIllegalStateException().isThrownBy(program::run).withMessageContaining("is closed");
        }
    }
}
