package org.ascend4j.compat.version;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One PEP 440 version specifier, such as {@code >=3.10}, {@code ==2.10.*} or {@code ~=1.4}.
 *
 * <p>Pre-releases are eligible wherever the order of versions puts them, as {@code packaging} has it
 * for a single candidate. Immutable.
 */
public final class Pep440Specifier {
    /** Longer operators first, so that {@code ===} is not read as {@code ==}. */
    private enum Operator {
        IDENTICAL("==="),
        COMPATIBLE("~="),
        EQUAL("=="),
        NOT_EQUAL("!="),
        AT_MOST("<="),
        AT_LEAST(">="),
        LESS("<"),
        GREATER(">");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        boolean takesLocal() {
            return this == EQUAL || this == NOT_EQUAL;
        }
    }

    private final Operator operator;
    private final String operand;
    private final Pep440Version version;
    private final boolean wildcard;

    private Pep440Specifier(Operator operator, String operand, Pep440Version version, boolean wildcard) {
        this.operator = operator;
        this.operand = operand;
        this.version = version;
        this.wildcard = wildcard;
    }

    /**
     * Reads one specifier.
     *
     * @throws IllegalArgumentException if the text is not a PEP 440 specifier
     */
    public static Pep440Specifier parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a PEP 440 specifier: \"" + Texts.shown(text)
                        + "\"; expected one of === ~= == != <= >= < > and a version"));
    }

    /** Reads one specifier; empty if the text is not one. */
    public static Optional<Pep440Specifier> tryParse(String text) {
        String stripped = Texts.strip(text);
        for (Operator operator : Operator.values()) {
            if (stripped.startsWith(operator.symbol)) {
                return of(operator, Texts.strip(stripped.substring(operator.symbol.length())));
            }
        }
        return Optional.empty();
    }

    private static Optional<Pep440Specifier> of(Operator operator, String operand) {
        if (operator == Operator.IDENTICAL) {
            boolean token = operand.chars().noneMatch(c -> Texts.isSpace((char) c) || c == ';' || c == ')');
            return token ? Optional.of(new Pep440Specifier(operator, operand, null, false)) : Optional.empty();
        }
        boolean wildcard = operator.takesLocal() && operand.endsWith(".*");
        String plain = wildcard ? operand.substring(0, operand.length() - 2) : operand;
        // White space was taken off before; what is left of it would stand between version and wildcard.
        if (!plain.equals(Texts.strip(plain))) {
            return Optional.empty();
        }
        return Pep440Version.tryParse(plain)
                .filter(version -> !wildcard || isPlainRelease(version, plain))
                .filter(version -> operator.takesLocal() || !version.hasLocal())
                .filter(version ->
                        operator != Operator.COMPATIBLE || version.release().size() > 1)
                .map(version -> new Pep440Specifier(operator, operand, version, wildcard));
    }

    private static boolean isPlainRelease(Pep440Version version, String text) {
        boolean marked = version.isPrerelease() || version.isPostrelease() || version.hasLocal();
        return !marked && Texts.isDigit(text.charAt(text.length() - 1));
    }

    /** True if the version lies within this specifier. */
    public boolean contains(Pep440Version candidate) {
        return switch (operator) {
            case IDENTICAL -> isIdentical(candidate.toString());
            case EQUAL -> isEqual(candidate);
            case NOT_EQUAL -> !isEqual(candidate);
            case AT_LEAST -> candidate.compareTo(version) >= 0;
            case AT_MOST -> candidate.publicPart().compareTo(version) <= 0;
            case GREATER -> isGreater(candidate);
            case LESS -> isLess(candidate);
            case COMPATIBLE -> isCompatible(candidate);
        };
    }

    /**
     * True if the text lies within this specifier. {@code ===} compares the text as it stands; every
     * other operator takes it as a version and holds for no text that is none.
     */
    public boolean contains(String candidate) {
        return operator == Operator.IDENTICAL
                ? isIdentical(candidate)
                : Pep440Version.tryParse(candidate).filter(this::contains).isPresent();
    }

    private boolean isIdentical(String candidate) {
        return candidate.toLowerCase(Locale.ROOT).equals(operand.toLowerCase(Locale.ROOT));
    }

    private boolean isEqual(Pep440Version candidate) {
        if (wildcard) {
            return candidate.compareTo(version.withDev(BigInteger.ZERO)) >= 0
                    && candidate.compareTo(firstAfterPrefix(version.release())) < 0;
        }
        return (version.hasLocal() ? candidate : candidate.publicPart()).equals(version);
    }

    /** A post release or local build of V does not count as greater than V, unless V is itself one. */
    private boolean isGreater(Pep440Version candidate) {
        if (version.isDevelopment()) {
            return candidate.compareTo(version.withDev(version.dev().add(BigInteger.ONE))) >= 0;
        }
        if (version.isPostrelease()) {
            Pep440Version next = version.withPost(version.post().add(BigInteger.ONE));
            return candidate.compareTo(next.withDev(BigInteger.ZERO)) >= 0;
        }
        return candidate.compareTo(version) > 0 && !candidate.sameBaseAndPre(version);
    }

    /** A pre-release of V does not count as less than V, unless V is itself one. */
    private boolean isLess(Pep440Version candidate) {
        Pep440Version bound = version.isPrerelease() ? version : version.withDev(BigInteger.ZERO);
        return candidate.compareTo(bound) < 0;
    }

    private boolean isCompatible(Pep440Version candidate) {
        List<BigInteger> release = version.release();
        return candidate.compareTo(version) >= 0
                && candidate.compareTo(firstAfterPrefix(release.subList(0, release.size() - 1))) < 0;
    }

    /** The first version beyond every version that begins with the prefix: 1.2 gives 1.3.dev0. */
    private Pep440Version firstAfterPrefix(List<BigInteger> prefix) {
        List<BigInteger> next = new ArrayList<>(prefix);
        int last = next.size() - 1;
        next.set(last, next.get(last).add(BigInteger.ONE));
        return new Pep440Version(version.epoch(), next, null, null, BigInteger.ZERO, List.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pep440Specifier specifier && toString().equals(specifier.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    @Override
    public String toString() {
        return operator.symbol + operand;
    }
}
