package org.ascend4j.djl;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.passthrough.PassthroughNDArray;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Owns what a model or a predictor holds, and closes it. Arrays are bytes on the Java heap that can be passed on and not
 * computed with: text goes in and comes out, and all tensors are the engine's own.
 */
final class ArrayScope extends BaseNDManager {
    private final Engine engine;

    /** A manager of its own, which nobody else closes. */
    ArrayScope(Engine engine, Device device) {
        this(engine, PassthroughNDManager.INSTANCE, device);
    }

    private ArrayScope(Engine engine, NDManager parent, Device device) {
        super(parent, device == null ? Device.cpu() : device);
        this.engine = engine;
    }

    @Override
    public Engine getEngine() {
        // The constructor of the class above asks before there is an engine here.
        return engine == null ? Engine.getEngine(AscendEngine.NAME) : engine;
    }

    @Override
    public NDManager newSubManager(Device device) {
        ArrayScope child = new ArrayScope(engine, this, device == null ? getDevice() : device);
        attachUncappedInternal(child.uid, child);
        return child;
    }

    @Override
    public ByteBuffer allocateDirect(int capacity) {
        return ByteBuffer.allocateDirect(capacity).order(ByteOrder.nativeOrder());
    }

    @Override
    public NDArray from(NDArray array) {
        if (array == null || array instanceof PassthroughNDArray) {
            return array;
        }
        return create(array.toByteBuffer(), array.getShape(), array.getDataType());
    }

    @Override
    public NDArray create(Buffer data, Shape shape, DataType dataType) {
        int size = Math.toIntExact(shape.size());
        validateBuffer(data, dataType, size);
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(size, dataType.getNumOfBytes()))
                .order(ByteOrder.nativeOrder());
        if (data instanceof ByteBuffer given) {
            bytes.put(given.duplicate()).rewind();
        } else {
            copyBuffer(data, bytes);
        }
        return new PassthroughNDArray(this, bytes, shape, dataType);
    }
}
