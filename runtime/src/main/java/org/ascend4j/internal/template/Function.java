package org.ascend4j.internal.template;

/** Something a template can call: a global, a method of a value, a macro. */
@FunctionalInterface
interface Function {
    Object call(Arguments arguments, Scope scope);
}
