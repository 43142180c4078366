package org.ascend4j.compat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ascend4j.compat.matrix.DriverFloor;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.HostFacts;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;

/**
 * What a check asks: does this host fit this release?
 *
 * @param plugin the release
 * @param row its row, if the matrix has one
 * @param driverFloor the driver it names for itself, if it does
 * @param required what must be there and fit, though the engine could do without
 * @param environment the environment variables that count
 * @param facts what was found
 */
record Question(
        Pep440Version plugin,
        Optional<MatrixRow> row,
        Optional<DriverFloor> driverFloor,
        Set<Subject> required,
        Map<String, String> environment,
        HostFacts facts) {

    /** Being off the row refuses these; the engine does not use the others, so off the row they warn. */
    private static final Set<Subject> DECIDING =
            Set.of(Subject.CANN, Subject.PYTHON, Subject.TORCH, Subject.TORCH_NPU, Subject.DRIVER);

    List<Fact> facts(Subject subject) {
        return facts.of(subject);
    }

    /** The facts of a subject that have a value. */
    List<Fact> found(Subject subject) {
        return facts.of(subject).stream()
                .filter(fact -> fact.state() == Fact.State.FOUND)
                .toList();
    }

    /** The CANN that would be loaded: the first source that tells. */
    Optional<CannVersion> cann() {
        return found(Subject.CANN).stream()
                .map(fact -> CannVersion.tryParse(fact.value()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** The oldest driver that any source names. */
    Optional<DriverVersion> driver() {
        return found(Subject.DRIVER).stream()
                .map(fact -> DriverVersion.tryParse(fact.value()))
                .flatMap(Optional::stream)
                .min(DriverVersion::compareTo);
    }

    boolean requires(Subject subject) {
        return required.contains(subject);
    }

    /** What being off the row weighs for a subject. */
    Severity offRow(Subject subject) {
        return DECIDING.contains(subject) || requires(subject) ? Severity.REFUSE : Severity.WARN;
    }

    /** The stable name of a finding about a subject's version. */
    static String id(Subject subject) {
        return subject.name().toLowerCase(Locale.ROOT).replace('_', '-') + ".version";
    }

    static String shown(Fact fact) {
        return switch (fact.state()) {
            case FOUND -> fact.value();
            case ABSENT -> "not found";
            case UNKNOWN -> "unknown";
        };
    }

    static Finding finding(Fact fact, Severity severity, Object expected, String cause, String action) {
        return finding(id(fact.subject()), fact, severity, expected, cause, action);
    }

    static Finding finding(String id, Fact fact, Severity severity, Object expected, String cause, String action) {
        return new Finding(
                id, severity, fact.subject().label(), expected.toString(), shown(fact), fact.source(), cause, action);
    }

    /** A fact that nothing is asked of. */
    static Finding unjudged(Fact fact) {
        String cause =
                fact.note().isEmpty() ? "Nothing is asked of it." : "Nothing is asked of it; " + fact.note() + ".";
        return finding(fact, Severity.INFO, "any", cause, "");
    }
}
