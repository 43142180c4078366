package org.ascend4j.internal.template;

import java.util.AbstractList;
import java.util.List;

/** An immutable sequence, printed in parentheses. */
final class Tuple extends AbstractList<Object> {
    private final List<Object> items;

    Tuple(List<Object> items) {
        this.items = items;
    }

    static Tuple of(Object first, Object second) {
        return new Tuple(java.util.Arrays.asList(first, second));
    }

    @Override
    public Object get(int index) {
        return items.get(index);
    }

    @Override
    public int size() {
        return items.size();
    }
}
