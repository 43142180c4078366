package org.ascend4j.internal.grammar;

/** A class of characters as one vocabulary spells it. Compared by identity: a vocabulary keeps one per class. */
final class Unit {
    final CodePointSet set;
    final Encoding encoding;
    final UnitDfa dfa;

    Unit(CodePointSet set, Encoding encoding, UnitDfa dfa) {
        this.set = set;
        this.encoding = encoding;
        this.dfa = dfa;
    }
}
