package org.ascend4j.internal.template;

import java.util.HashMap;
import java.util.Map;

/** Variables of one block, in front of those of the blocks around it. */
final class Scope {
    private final Scope outer;
    private final Budget budget;
    private final Map<String, Object> variables;

    Scope(Budget budget, Map<String, Object> variables) {
        this.outer = null;
        this.budget = budget;
        this.variables = variables;
    }

    Scope(Scope outer) {
        this.outer = outer;
        this.budget = outer.budget;
        this.variables = new HashMap<>();
    }

    Budget budget() {
        return budget;
    }

    Object get(String name) {
        for (Scope scope = this; scope != null; scope = scope.outer) {
            Object value = scope.variables.get(name);
            if (value != null || scope.variables.containsKey(name)) {
                return value;
            }
        }
        return new Undefined("'" + name + "' is undefined");
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }
}
