package org.ascend4j.compat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.matrix.DriverFloor;
import org.ascend4j.compat.matrix.MatrixRow;
import org.ascend4j.compat.matrix.ReleaseMatrix;
import org.ascend4j.compat.probe.Fact;
import org.ascend4j.compat.probe.Subject;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440SpecifierSet;
import org.ascend4j.compat.version.Pep440Version;

/** The releases whose row a host matches: CANN, and of the others all that are installed. */
final class MatchingReleases {
    private final Question question;
    private final ReleaseMatrix matrix;

    MatchingReleases(Question question, ReleaseMatrix matrix) {
        this.question = question;
        this.matrix = matrix;
    }

    /** Nearest to the release that was asked about first; of two as near, the newer. */
    List<Pep440Version> nearestFirst() {
        List<MatrixRow> rows = matrix.decidingRows();
        int asked = 0;
        while (asked < rows.size() && rows.get(asked).plugin().compareTo(question.plugin()) > 0) {
            asked++;
        }
        // Rows stand newest first, so the place that the asked release has or would have measures distance.
        int place = asked;
        boolean listed = asked < rows.size() && rows.get(asked).plugin().equals(question.plugin());
        List<Integer> matching = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            if (matches(rows.get(i))) {
                matching.add(i);
            }
        }
        matching.sort(Comparator.comparingInt(i -> i < place || listed ? Math.abs(i - place) : i - place + 1));
        return matching.stream().map(i -> rows.get(i).plugin()).toList();
    }

    private boolean matches(MatrixRow row) {
        List<Fact> cann = question.found(Subject.CANN);
        return !cann.isEmpty()
                && cann.stream()
                        .allMatch(fact -> CannVersion.tryParse(fact.value())
                                .filter(row.cann()::equals)
                                .isPresent())
                && driver(row)
                && python(row.python())
                && every(Subject.TORCH, List.of(row.torch()))
                && every(Subject.TORCH_NPU, List.of(row.torchNpu()))
                && CompanionRules.vllm(question).stream().allMatch(fact -> equal(fact, row.vllm()))
                && row.tritonAscend()
                        .map(wanted -> every(Subject.TRITON_ASCEND, List.of(wanted)))
                        .orElse(true)
                && row.mooncake()
                        .map(wanted -> every(Subject.MOONCAKE, List.of(wanted)))
                        .orElse(true);
    }

    private boolean driver(MatrixRow row) {
        Optional<DriverVersion> floor = matrix.driverFloor(row.plugin()).map(DriverFloor::floor);
        return floor.isEmpty()
                || question.driver()
                        .filter(found -> found.compareTo(floor.get()) >= 0)
                        .isPresent();
    }

    private boolean python(Pep440SpecifierSet range) {
        return question.found(Subject.PYTHON).stream().allMatch(fact -> range.contains(fact.value()));
    }

    private boolean every(Subject subject, List<Pep440Version> wanted) {
        return question.found(subject).stream().allMatch(fact -> equal(fact, wanted));
    }

    private static boolean equal(Fact fact, List<Pep440Version> wanted) {
        Optional<Pep440Version> found = Pep440Version.tryParse(fact.value()).map(Pep440Version::publicPart);
        return found.isPresent()
                && wanted.stream().map(Pep440Version::publicPart).anyMatch(found.get()::equals);
    }
}
