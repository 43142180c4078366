package org.ascend4j.internal.acl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The arguments of one call of a {@link StepProgram}, in the order of the C function's parameters. */
public final class CallArguments {
    private final StringBuilder kinds = new StringBuilder();
    private final List<NativeResource> resources = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Text> texts = new ArrayList<>();
    private long[] words = new long[16];

    /** An array argument that each run fills from {@code length} of the program's values from {@code offset} on. */
    record Piece(int argument, long offset, long length) {}

    /** A text argument. */
    record Text(int argument, String text) {}

    /** A tensor, or null where the parameter is optional. */
    public CallArguments tensor(Tensor tensor) {
        return resource('t', tensor, tensor == null ? 0 : tensor.handle());
    }

    /** {@code count} optional tensors that are null. */
    public CallArguments noTensors(int count) {
        for (int i = 0; i < count; i++) {
            add('t', 0);
        }
        return this;
    }

    /** A list of tensors, or null. */
    public CallArguments tensors(TensorList list) {
        return resource('l', list, list == null ? 0 : list.handle());
    }

    /** A scalar, or null. */
    public CallArguments scalar(Scalar scalar) {
        return resource('s', scalar, scalar == null ? 0 : scalar.handle());
    }

    /** An array of integers that stays as it is, or null. */
    public CallArguments integers(IntArray array) {
        return resource('a', array, array == null ? 0 : array.handle());
    }

    /** An array of {@code length} integers that each run takes from the program's values, from {@code offset} on. */
    public CallArguments values(int offset, int length) {
        pieces.add(new Piece(kinds.length(), offset, length));
        return add('a', 0);
    }

    /** Text such as a layout, or null. */
    public CallArguments text(String text) {
        if (text != null) {
            texts.add(new Text(kinds.length(), text));
        }
        return add('c', 0);
    }

    /** An integer of any width, or an enumeration's value. */
    public CallArguments integer(long value) {
        return add('i', value);
    }

    public CallArguments flag(boolean value) {
        return add('b', value ? 1 : 0);
    }

    public CallArguments real(double value) {
        return add('d', Double.doubleToRawLongBits(value));
    }

    CallArguments handle(NativeResource resource, long handle) {
        return resource('p', resource, handle);
    }

    private CallArguments resource(char kind, NativeResource resource, long handle) {
        if (resource != null) {
            resources.add(resource);
        }
        return add(kind, handle);
    }

    private CallArguments add(char kind, long word) {
        if (kinds.length() == words.length) {
            words = Arrays.copyOf(words, 2 * words.length);
        }
        words[kinds.length()] = word;
        kinds.append(kind);
        return this;
    }

    String kinds() {
        return kinds.toString();
    }

    long[] words() {
        return words.clone();
    }

    int count() {
        return kinds.length();
    }

    List<NativeResource> resources() {
        return resources;
    }

    List<Piece> pieces() {
        return pieces;
    }

    List<Text> texts() {
        return texts;
    }
}
