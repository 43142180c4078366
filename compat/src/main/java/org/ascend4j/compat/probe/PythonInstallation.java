package org.ascend4j.compat.probe;

import java.util.List;

/**
 * One Python and what is installed for it.
 *
 * @param prefix the directory it is installed in
 * @param version its {@code X.Y}
 * @param packages the directories of packages that it imports from, best first
 * @param facts its own number, then what is installed
 */
record PythonInstallation(String prefix, String version, List<String> packages, List<Fact> facts) {
    PythonInstallation {
        packages = List.copyOf(packages);
        facts = List.copyOf(facts);
    }

    boolean holds(Subject subject) {
        return facts.stream().anyMatch(fact -> fact.subject() == subject && fact.state() != Fact.State.ABSENT);
    }

    boolean holdsPackages() {
        return facts.stream().anyMatch(fact -> fact.subject() != Subject.PYTHON && fact.state() != Fact.State.ABSENT);
    }
}
