package org.ascend4j.internal.pretrained;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ascend4j.error.ModelFormatException;
import org.ascend4j.internal.safetensors.SafetensorsFolder;
import org.ascend4j.internal.safetensors.SafetensorsTensor;
import org.ascend4j.internal.safetensors.SafetensorsType;

/** The tensors of one quantized projection, by the last part of their names. */
final class ModuleParts {
    static final SafetensorsType[] FLOATS = {SafetensorsType.F16, SafetensorsType.BF16, SafetensorsType.F32};

    private final SafetensorsFolder files;
    private final String module;
    private final Map<String, SafetensorsTensor> found = new HashMap<>();

    ModuleParts(SafetensorsFolder files, String module, List<String> parts) {
        this.files = files;
        this.module = module;
        for (String part : parts) {
            files.tensor(module + "." + part).ifPresent(tensor -> found.put(part, tensor));
        }
    }

    SafetensorsFolder files() {
        return files;
    }

    Collection<SafetensorsTensor> tensors() {
        return found.values();
    }

    boolean has(String part) {
        return found.containsKey(part);
    }

    /** A part in one of some types. */
    SafetensorsTensor need(String part, SafetensorsType... types) {
        SafetensorsTensor tensor = found.get(part);
        if (tensor == null) {
            throw new ModelFormatException(files.path() + ": tensor " + module + "." + part
                    + ": absent, but the quantized projection " + module + " needs it");
        }
        if (!Arrays.asList(types).contains(tensor.type())) {
            throw wrong(tensor, "type " + tensor.type(), "one of " + Arrays.toString(types));
        }
        return tensor;
    }

    SafetensorsTensor need(String part, long[] shape, SafetensorsType... types) {
        SafetensorsTensor tensor = need(part, types);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw wrong(tensor, "shape " + Arrays.toString(tensor.shape()), Arrays.toString(shape));
        }
        return tensor;
    }

    /** A number for each row: a vector, or a column. */
    SafetensorsTensor needRows(String part, int rows, SafetensorsType... types) {
        SafetensorsTensor tensor = need(part, types);
        long[] shape = tensor.shape();
        if (!Arrays.equals(shape, new long[] {rows}) && !Arrays.equals(shape, new long[] {rows, 1})) {
            throw wrong(tensor, "shape " + Arrays.toString(shape), "[" + rows + "] or [" + rows + ", 1]");
        }
        return tensor;
    }

    /** The one number of a part. */
    float single(String part, SafetensorsType... types) {
        SafetensorsTensor tensor = need(part, types);
        if (Arrays.stream(tensor.shape()).anyMatch(size -> size != 1)) {
            throw wrong(tensor, "shape " + Arrays.toString(tensor.shape()), "one number for all inputs");
        }
        return TensorForm.number(
                tensor.type(),
                StoredQuants.bytes(files, tensor, 0, tensor.type().bits() / 8),
                0);
    }

    /** A scale of inputs. */
    float inputScale(String part) {
        float scale = single(part, FLOATS);
        if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
            throw wrong(found.get(part), String.valueOf(scale), "a positive number");
        }
        return scale;
    }

    /** A zero point of inputs that are signed bytes; 0 if the part is absent and may be. */
    int inputOffset(String part, boolean needed, SafetensorsType... types) {
        if (!needed && !has(part)) {
            return 0;
        }
        float offset = single(part, types);
        if (!(offset >= Byte.MIN_VALUE && offset <= Byte.MAX_VALUE && offset == (int) offset)) {
            throw wrong(found.get(part), String.valueOf(offset), "a whole number from -128 to 127");
        }
        return (int) offset;
    }

    /** Sizes of a matrix of two dimensions, times factors, that an int holds. */
    int[] sizes(SafetensorsTensor tensor, int rowFactor, int columnFactor) {
        long[] shape = tensor.shape();
        boolean fits = shape.length == 2
                && shape[0] > 0
                && shape[1] > 0
                && shape[0] <= Integer.MAX_VALUE / rowFactor
                && shape[1] <= Integer.MAX_VALUE / columnFactor;
        if (!fits) {
            throw wrong(tensor, "shape " + Arrays.toString(shape), "two dimensions of a usual size");
        }
        return new int[] {(int) shape[0] * rowFactor, (int) shape[1] * columnFactor};
    }

    /** @return {@code columns}, if operators can take that many */
    int evenColumns(int columns) {
        if (columns % 2 != 0) {
            throw new ModelFormatException(
                    files.path() + ": " + module + ": found " + columns + " input features, expected an even number");
        }
        return columns;
    }

    long byteSize() {
        return found.values().stream().mapToLong(SafetensorsTensor::byteSize).reduce(0, Math::addExact);
    }

    ModelFormatException wrong(SafetensorsTensor tensor, String found, String expected) {
        return new ModelFormatException(
                files.path() + ": tensor " + tensor.name() + ": found " + found + ", expected " + expected);
    }
}
