package org.ascend4j.compat.probe;

import java.util.Locale;
import java.util.Optional;

/** A family of chips: what wheels, images and kernel packages are built for. */
public enum ChipFamily {
    A2("910b", "ascend910b", true),
    A3("a3", "ascend910_93", true),
    A310P("310p", "ascend310p", true),
    A5("950", "ascend950", true),
    A910("910", "ascend910", false),
    A310B("310b", "ascend310b", false),
    A310("310", "ascend310", false);

    private final String imageTag;
    private final String kernels;
    private final boolean supported;

    ChipFamily(String imageTag, String kernels, boolean supported) {
        this.imageTag = imageTag;
        this.kernels = kernels;
        this.supported = supported;
    }

    /** What CANN's images carry in their tag. */
    public String imageTag() {
        return imageTag;
    }

    /** The directory that holds its kernels. */
    public String kernels() {
        return kernels;
    }

    /** False for chips that no plugin release runs on. */
    public boolean supported() {
        return supported;
    }

    /**
     * The family of a chip by any name in use: {@code Ascend910B3}, {@code 910_9391}, {@code A2},
     * {@code _310P}; empty for a name that is none.
     */
    public static Optional<ChipFamily> of(String name) {
        String bare = name.strip().toLowerCase(Locale.ROOT).replaceFirst("^(?:npu)?(?:ascend)?[ _]?", "");
        if (bare.startsWith("950") || bare.equals("a5")) {
            return Optional.of(A5);
        }
        if (bare.startsWith("910_93") || bare.startsWith("910c") || bare.equals("a3")) {
            return Optional.of(A3);
        }
        if (bare.startsWith("910b") || bare.equals("a2")) {
            return Optional.of(A2);
        }
        if (bare.startsWith("310p")) {
            return Optional.of(A310P);
        }
        if (bare.startsWith("310b")) {
            return Optional.of(A310B);
        }
        if (bare.matches("910(?:a|pro.*|premium.*)?")) {
            return Optional.of(A910);
        }
        return bare.equals("310") ? Optional.of(A310) : Optional.empty();
    }

    /** The name that reports use. */
    @Override
    public String toString() {
        return switch (this) {
            case A310P -> "310P";
            case A910 -> "910";
            case A310B -> "310B";
            case A310 -> "310";
            default -> name();
        };
    }
}
