package org.ascend4j.internal.grammar;

import java.util.Set;

/**
 * A compiled grammar: states of all rules, linked by edges.
 *
 * @param start the root rule's first state
 * @param acceptsEmpty whether the empty answer belongs to the language
 * @param states how many states there are
 * @param units the classes of characters that runs read
 */
record Program(State start, boolean acceptsEmpty, int states, Set<Unit> units) {}
