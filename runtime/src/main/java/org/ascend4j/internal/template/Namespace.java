package org.ascend4j.internal.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** The one value whose attributes a template may assign, so that a loop can leave something behind. */
final class Namespace {
    private final Map<String, Object> attributes = new LinkedHashMap<>();

    Object get(String name) {
        return attributes.containsKey(name)
                ? attributes.get(name)
                : new Undefined("namespace has no attribute '" + name + "'");
    }

    void set(String name, Object value) {
        attributes.put(name, value);
    }
}
