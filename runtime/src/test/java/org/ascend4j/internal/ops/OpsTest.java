package org.ascend4j.internal.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.acl.DataType;
import org.ascend4j.internal.acl.NativeResources;
import org.ascend4j.internal.device.DevicePlan;
import org.ascend4j.internal.device.DeviceSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each operator once by hand: that arguments reach the right places. What they compute is tested beside the kernels. */
class OpsTest {
    private DeviceSession session;
    private TensorArena arena;
    private Ops ops;

    @BeforeEach
    void open() {
        session = DeviceSession.open(new DevicePlan(true, 0, List.of()), 1, Duration.ofSeconds(30));
        arena = new TensorArena(session.device(), 1 << 16);
        ops = session.ops();
    }

    @AfterEach
    void close() {
        arena.close();
        session.close();
        assertThat(NativeResources.outstanding()).isEmpty();
    }

    private DeviceArray floats(float... values) {
        DeviceArray array = arena.array(DataType.FLOAT, values.length);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        array.memory().copyFrom(bytes);
        return array;
    }

    private DeviceArray ints(int... values) {
        DeviceArray array = arena.array(DataType.INT32, values.length);
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        array.memory().copyFrom(bytes);
        return array;
    }

    private float[] read(DeviceArray array, int count) {
        session.synchronize();
        ByteBuffer bytes = ByteBuffer.allocate(count * 4).order(ByteOrder.LITTLE_ENDIAN);
        array.memory().copyTo(bytes);
        float[] values = new float[count];
        bytes.asFloatBuffer().get(values);
        return values;
    }

    private DeviceArray result(int count) {
        return arena.array(DataType.FLOAT, count);
    }

    @Test
    void looksUpAndGathersRows() {
        DeviceArray table = floats(1, 2, 3, 4, 5, 6);
        DeviceArray ids = ints(2, 0);
        DeviceArray out = result(4);
        ops.embedding(table.as(3, 2), ids.as(2), out.as(2, 2));
        assertThat(read(out, 4)).containsExactly(5, 6, 1, 2);
        DeviceArray gathered = result(4);
        ops.gather(table.as(3, 2), ids.as(2), gathered.as(2, 2));
        assertThat(read(gathered, 4)).containsExactly(5, 6, 1, 2);
    }

    @Test
    void normalizesAndAdds() {
        DeviceArray y = result(2);
        DeviceArray rstd = result(1);
        ops.rmsNorm(floats(3, 4).as(1, 2), floats(1, 2).as(2), 1e-12, y.as(1, 2), rstd.as(1, 1));
        float rms = (float) Math.sqrt(12.5);
        assertThat(read(y, 2)).usingComparatorWithPrecision(1e-6f).containsExactly(3 / rms, 8 / rms);
        DeviceArray sum = result(2);
        ops.addRmsNorm(
                floats(1, 1).as(1, 2),
                floats(2, 3).as(1, 2),
                floats(1, 2).as(2),
                1e-12,
                y.as(1, 2),
                rstd.as(1, 1),
                sum.as(1, 2));
        assertThat(read(sum, 2)).containsExactly(3, 4);
        assertThat(read(y, 2)).usingComparatorWithPrecision(1e-6f).containsExactly(3 / rms, 8 / rms);
    }

    @Test
    void multipliesMatrices() {
        DeviceArray x = floats(1, 2, 3, 4);
        DeviceArray out = result(4);
        ops.matmul(x.as(2, 2), floats(5, 6, 7, 8).as(2, 2), out.as(2, 2));
        assertThat(read(out, 4)).containsExactly(19, 22, 43, 50);
        DeviceArray batched = result(2);
        ops.batchMatmul(x.as(2, 1, 2), floats(1, 1, 2, 2).as(2, 2, 1), batched.as(2, 1, 1));
        assertThat(read(batched, 2)).containsExactly(3, 14);
    }

    @Test
    void combinesElements() {
        DeviceArray out = result(4);
        ops.add(floats(1, 2, 3, 4).as(2, 2), floats(10, 20).as(2), out.as(2, 2));
        assertThat(read(out, 4)).containsExactly(11, 22, 13, 24);
        ops.mul(floats(1, 2, 3, 4).as(2, 2), floats(10, 20).as(2, 1), out.as(2, 2));
        assertThat(read(out, 4)).containsExactly(10, 20, 60, 80);
        DeviceArray gated = result(1);
        ops.activations().swiGlu(floats(2, 5).as(1, 2), gated.as(1, 1));
        float silu = (float) (2 / (1 + Math.exp(-2)));
        assertThat(read(gated, 1)).usingComparatorWithPrecision(1e-5f).containsExactly(silu * 5);
        ops.softmax(floats(0, 0, 0, (float) Math.log(3)).as(2, 2), out.as(2, 2));
        assertThat(read(out, 4)).usingComparatorWithPrecision(1e-6f).containsExactly(0.5f, 0.5f, 0.25f, 0.75f);
    }

    @Test
    void findsTheFirstOfTheGreatest() {
        DeviceArray best = arena.array(DataType.INT32, 2);
        ops.argMax(floats(1, 7, 7, 3, -2, -1, -5, -1).as(2, 4), best.as(2));
        session.synchronize();
        ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        best.memory().copyTo(bytes);
        assertThat(bytes.getInt(0)).isEqualTo(1);
        assertThat(bytes.getInt(4)).isEqualTo(1);
    }

    @Test
    void copiesTransposesAndCasts() {
        DeviceArray out = result(6);
        DeviceArray source = floats(1, 2, 3, 4, 5, 6);
        ops.copy(out.as(3, 2), source.view(new long[] {3, 2}, new long[] {1, 3}, 0));
        assertThat(read(out, 6)).containsExactly(1, 4, 2, 5, 3, 6);
        DeviceArray halves = arena.array(DataType.FLOAT16, 6);
        ops.cast(source.as(6), DataType.FLOAT16, halves.as(6));
        DeviceArray back = result(6);
        ops.cast(halves.as(6), DataType.FLOAT, back.as(6));
        assertThat(read(back, 6)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void overwritesRows() {
        DeviceArray target = floats(1, 2, 3, 4, 5, 6);
        ops.scatterRows(target.as(3, 2), ints(2, 0).as(2, 1), floats(9, 8, 7, 6).as(2, 2));
        assertThat(read(target, 6)).containsExactly(7, 6, 3, 4, 9, 8);
    }

    @Test
    void refusesShapesThatDoNotFitAndGoesOn() {
        DeviceArray out = result(4);
        assertThatThrownBy(
                        () -> ops.matmul(floats(1, 2, 3).as(1, 3), floats(1, 2).as(2, 1), out.as(1, 1)))
                .isInstanceOf(AclException.class)
                .hasMessageContaining("aclnnMatmul");
        ops.add(floats(1).as(1), floats(2).as(1), out.as(1));
        assertThat(read(out, 1)).containsExactly(3);
    }

    @Test
    void knowsWhichOperatorsThereAre() {
        assertThat(ops.has("aclnnMatmul")).isTrue();
        assertThat(ops.has("aclnnNoSuchThing")).isFalse();
        assertThat(ops.device()).isSameAs(session.device());
    }
}
