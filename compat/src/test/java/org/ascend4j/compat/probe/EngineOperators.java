package org.ascend4j.compat.probe;

import java.util.List;

/** Opens the probe's list of operators to the tests of other packages. */
public final class EngineOperators {
    private EngineOperators() {}

    public static List<String> required() {
        return OperatorProbe.REQUIRED;
    }

    public static List<String> optional() {
        return OperatorProbe.OPTIONAL;
    }
}
