package org.ascend4j.internal.template;

import java.util.List;

/** The variable {@code loop} of a running loop. */
final class Loop {
    private final List<Object> items;
    private int index;
    private Object lastChanged = this;

    Loop(List<Object> items) {
        this.items = items;
    }

    void moveTo(int position) {
        index = position;
    }

    Object attribute(String name) {
        int size = items.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> (long) size - index;
            case "revindex0" -> size - index - 1L;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> (long) size;
            case "depth" -> 1L;
            case "depth0" -> 0L;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index + 1 < size ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" -> (Function) this::cycle;
            case "changed" -> (Function) this::changed;
            default -> new Undefined("loop has no attribute '" + name + "'");
        };
    }

    private Object cycle(Arguments arguments, Scope scope) {
        List<Object> choices = arguments.positional();
        if (choices.isEmpty()) {
            throw new TemplateError("no items for cycling given");
        }
        return choices.get(index % choices.size());
    }

    private Object changed(Arguments arguments, Scope scope) {
        Object now = new Tuple(arguments.positional());
        boolean changed = lastChanged == this || !Values.equal(lastChanged, now);
        lastChanged = now;
        return changed;
    }
}
