package org.ascend4j.compat.version;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A plugin release's number by the release policy's scheme {@code v[major].[minor].[micro][rcN][.postN]}
 * (policy: version scheme), a small part of PEP 440. The leading {@code v} belongs to tags and is
 * optional; apart from it only the normal spelling counts. Immutable.
 */
public final class PolicyVersion implements Comparable<PolicyVersion> {
    /** What a release is to its users. */
    public enum Kind {
        /** Carries exactly the number of the vLLM release that it fits. */
        FINAL("final"),
        /** Counts up before its final, for early testers. */
        RC("rc"),
        /** Follows its final with bug fixes and keeps the final's vLLM. */
        POST("post");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /** The word that the matrix and the reports use. */
        @Override
        public String toString() {
            return label;
        }
    }

    private static final int NUMBERS = 3;

    private final Pep440Version version;
    private final Kind kind;

    private PolicyVersion(Pep440Version version) {
        this.version = version;
        this.kind = version.pre() != null ? Kind.RC : version.isPostrelease() ? Kind.POST : Kind.FINAL;
    }

    /**
     * Reads a release's number.
     *
     * @throws IllegalArgumentException saying why the text is none
     */
    public static PolicyVersion parse(String text) {
        List<String> faults = faults(text);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(
                    "not a plugin release: \"" + Texts.shown(text) + "\": " + String.join("; ", faults));
        }
        return new PolicyVersion(Pep440Version.parse(text));
    }

    /** Reads a release's number; empty if the text is none. */
    public static Optional<PolicyVersion> tryParse(String text) {
        return faults(text).isEmpty() ? Optional.of(new PolicyVersion(Pep440Version.parse(text))) : Optional.empty();
    }

    /** Why the text is no plugin release's number, each reason one clause; empty if it is one. */
    public static List<String> faults(String text) {
        Optional<Pep440Version> read = Pep440Version.tryParse(text);
        if (read.isEmpty()) {
            return List.of("it is not even a PEP 440 version; expected v[major].[minor].[micro][rcN][.postN]");
        }
        List<String> faults = new ArrayList<>();
        Pep440Version version = read.get();
        addPartFaults(version, faults);
        String plain = text.startsWith("v") ? text.substring(1) : text;
        if (faults.isEmpty() && !plain.equals(version.toString())) {
            faults.add("its spelling is not the scheme's; write v" + version);
        }
        return faults;
    }

    private static void addPartFaults(Pep440Version version, List<String> faults) {
        if (version.epoch().signum() != 0) {
            faults.add("the scheme has no epoch, and this has " + version.epoch() + "!");
        }
        int numbers = version.release().size();
        if (numbers != NUMBERS) {
            String advice = numbers > NUMBERS ? "; a fix to a final is a .postN" : "";
            faults.add("the scheme has three numbers, major.minor.micro, and this has " + numbers + advice);
        }
        if (version.pre() != null && !version.pre().stage().equals("rc")) {
            String stage = version.pre().stage().equals("a") ? "alpha" : "beta";
            faults.add("the scheme knows no " + stage + " releases; what comes before a final is an rcN");
        }
        if (version.isDevelopment()) {
            faults.add("development builds (.devN) are not released");
        }
        if (version.hasLocal()) {
            faults.add("a local part (+...) marks a private build, which is not released");
        }
        if (version.pre() != null && version.isPostrelease()) {
            faults.add("a post release follows a final, never a candidate; the next candidate is an rcN");
        }
    }

    public Kind kind() {
        return kind;
    }

    /** N of rcN or postN; empty for a final. */
    public Optional<BigInteger> number() {
        return switch (kind) {
            case FINAL -> Optional.empty();
            case RC -> Optional.of(version.pre().number());
            case POST -> Optional.of(version.post());
        };
    }

    /** The final that a candidate precedes and a post follows; a final itself. */
    public PolicyVersion base() {
        return new PolicyVersion(new Pep440Version(version.epoch(), version.release(), null, null, null, List.of()));
    }

    /** The candidate {@code rcN} of this release's final. */
    public PolicyVersion rc(BigInteger number) {
        return new PolicyVersion(new Pep440Version(
                version.epoch(), version.release(), new Pep440Version.Pre("rc", number), null, null, List.of()));
    }

    /** The post release {@code postN} of this release's final. */
    public PolicyVersion post(BigInteger number) {
        return new PolicyVersion(new Pep440Version(version.epoch(), version.release(), null, number, null, List.of()));
    }

    /** The minor that it belongs to: {@code 0.23} for 0.23.0rc1. */
    public String minor() {
        return version.release().get(0) + "." + version.release().get(1);
    }

    public Pep440Version version() {
        return version;
    }

    /** The release's tag: {@code v0.23.0rc1}. */
    public String tag() {
        return "v" + version;
    }

    @Override
    public int compareTo(PolicyVersion other) {
        return version.compareTo(other.version);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PolicyVersion release && version.equals(release.version);
    }

    @Override
    public int hashCode() {
        return version.hashCode();
    }

    /** Without the tag's {@code v}: {@code 0.23.0rc1}. */
    @Override
    public String toString() {
        return version.toString();
    }
}
