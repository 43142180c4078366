package org.ascend4j.compat.matrix;

import java.util.List;
import java.util.Optional;
import org.ascend4j.compat.version.CannVersion;
import org.ascend4j.compat.version.DriverVersion;
import org.ascend4j.compat.version.Pep440Version;

/** What is known about symbols and single features, release or not. Read at first use, table by table. */
public final class StackFacts {
    private StackFacts() {}

    /**
     * A symbol and the first CANN release seen to carry it.
     *
     * @param library {@code acl}, {@code hccl} or {@code aclnn}
     * @param since empty if no release is known; only looking for the symbol itself tells then
     */
    public record Symbol(String library, String name, Optional<CannVersion> since) {}

    /**
     * A feature and what it needs.
     *
     * @param needs the whole condition in words
     * @param cann the CANN floor in it, if it has one
     * @param driver the driver floor in it, if it has one
     * @param symptom what one sees otherwise; may be empty
     */
    public record Feature(
            String name, String needs, Optional<CannVersion> cann, Optional<DriverVersion> driver, String symptom) {}

    /** A CANN release and the torch_npu releases that upstream pairs with it. */
    public record TorchNpuPairing(CannVersion cann, List<Pep440Version> torchNpu) {}

    private static final class Symbols {
        private static final List<Symbol> ALL = TsvTable.resource("symbols.tsv").rows().stream()
                .map(row -> new Symbol(
                        row.text("library"),
                        row.text("symbol"),
                        row.optional("since").map(CannVersion::parse)))
                .toList();
    }

    public static List<Symbol> symbols() {
        return Symbols.ALL;
    }

    /** Features that torch_npu switches off quietly below a CANN or driver release. */
    public static List<Feature> gates() {
        return features("feature_gates.tsv", "feature", false);
    }

    /** Features and components that documents give a floor for. */
    public static List<Feature> floors() {
        return features("feature_floors.tsv", "condition", true);
    }

    private static List<Feature> features(String table, String name, boolean hasSymptom) {
        return TsvTable.resource(table).rows().stream()
                .map(row -> new Feature(
                        row.text(name),
                        row.text("needs"),
                        row.optional("cann").map(CannVersion::parse),
                        row.optional("driver").map(DriverVersion::parse),
                        hasSymptom ? row.text("symptom") : ""))
                .toList();
    }

    /** Which torch_npu upstream builds for which CANN; the matrix disagrees with it here and there. */
    public static List<TorchNpuPairing> torchNpuPairings() {
        return TsvTable.resource("torch_npu_cann.tsv").rows().stream()
                .map(row -> new TorchNpuPairing(
                        CannVersion.parse(row.text("cann")),
                        row.items("torch_npu").stream()
                                .map(Pep440Version::parse)
                                .toList()))
                .toList();
    }
}
