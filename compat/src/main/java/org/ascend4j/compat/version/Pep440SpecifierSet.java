package org.ascend4j.compat.version;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Specifiers joined by commas, all of which must hold; {@code >=3.10,<3.13}. Immutable. */
public final class Pep440SpecifierSet {
    private final List<Pep440Specifier> specifiers;

    private Pep440SpecifierSet(List<Pep440Specifier> specifiers) {
        this.specifiers = List.copyOf(specifiers);
    }

    /**
     * Reads a comma-separated list; empty items are skipped, and an empty list holds for everything.
     *
     * @throws IllegalArgumentException naming the first item that is no specifier
     */
    public static Pep440SpecifierSet parse(String text) {
        List<Pep440Specifier> specifiers = new ArrayList<>();
        for (String item : text.split(",")) {
            if (!Texts.strip(item).isEmpty()) {
                specifiers.add(Pep440Specifier.parse(item));
            }
        }
        return new Pep440SpecifierSet(specifiers);
    }

    /** Reads a comma-separated list; empty if an item is no specifier. */
    public static Optional<Pep440SpecifierSet> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException notSpecifiers) {
            return Optional.empty();
        }
    }

    public List<Pep440Specifier> specifiers() {
        return specifiers;
    }

    public boolean contains(Pep440Version version) {
        return specifiers.stream().allMatch(specifier -> specifier.contains(version));
    }

    /** As {@link Pep440Specifier#contains(String)} for every member; an empty set holds for any text. */
    public boolean contains(String candidate) {
        return specifiers.stream().allMatch(specifier -> specifier.contains(candidate));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pep440SpecifierSet set && specifiers.equals(set.specifiers);
    }

    @Override
    public int hashCode() {
        return specifiers.hashCode();
    }

    @Override
    public String toString() {
        return specifiers.stream().map(Pep440Specifier::toString).collect(Collectors.joining(","));
    }
}
