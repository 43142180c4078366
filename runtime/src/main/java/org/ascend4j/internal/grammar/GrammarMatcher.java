package org.ascend4j.internal.grammar;

/**
 * Follows one sequence through a grammar. One thread at a time; several matchers of one grammar may be used by
 * several threads.
 */
public final class GrammarMatcher {
    /** A chain of what was accepted, shared by forks. */
    private record Position(Situation situation, boolean ended, Position before) {}

    private final Grammar grammar;
    private Position position;
    private int accepted;

    GrammarMatcher(Grammar grammar, Situation initial) {
        this.grammar = grammar;
        this.position = new Position(initial, false, null);
    }

    private GrammarMatcher(GrammarMatcher other) {
        grammar = other.grammar;
        position = other.position;
        accepted = other.accepted;
    }

    /**
     * Sets one bit a token, 1 where the token may come next; an end token's bit where the answer may end.
     *
     * @param words {@link Vocabulary#maskWords()} words, overwritten; bit {@code id % 32} of word {@code id / 32}
     * @return whether any token is allowed: false only after an end token was accepted
     * @throws org.ascend4j.error.InvalidRequestException where the grammar is too ambiguous to follow
     */
    public boolean fillMask(int[] words) {
        if (words.length != grammar.vocabulary().maskWords()) {
            throw new IllegalArgumentException("words: length " + words.length + "; expected "
                    + grammar.vocabulary().maskWords());
        }
        if (position.ended()) {
            java.util.Arrays.fill(words, 0);
            return false;
        }
        return grammar.fillMask(position.situation(), words);
    }

    /**
     * Takes a token. A token the grammar does not allow changes nothing.
     *
     * @return whether the token was allowed
     */
    public boolean accept(int token) {
        if (token < 0 || token >= grammar.vocabulary().size() || position.ended()) {
            return false;
        }
        Situation situation = position.situation();
        if (grammar.vocabulary().isEnd(token)) {
            if (!situation.complete) {
                return false;
            }
            position = new Position(situation, true, position);
        } else {
            Situation next = grammar.step(situation, grammar.vocabulary().token(token));
            if (next == null) {
                return false;
            }
            position = new Position(next, false, position);
        }
        accepted++;
        return true;
    }

    /** Whether what was accepted is a whole answer, so that generation may end here. */
    public boolean isComplete() {
        return position.situation().complete;
    }

    /** Whether an answer is whole and only an end token can follow, or one was accepted. */
    public boolean mustEnd() {
        return position.ended() || position.situation().readings.length == 0;
    }

    /** How many tokens were accepted and not rolled back. */
    public int acceptedTokens() {
        return accepted;
    }

    /** A matcher at the same place, independent from here on. */
    public GrammarMatcher fork() {
        return new GrammarMatcher(this);
    }

    /** Takes back the last tokens, as many as asked for. */
    public void rollback(int tokens) {
        if (tokens < 0 || tokens > accepted) {
            throw new IllegalArgumentException("tokens: " + tokens + "; expected 0 to " + accepted);
        }
        for (int i = 0; i < tokens; i++) {
            position = position.before();
        }
        accepted -= tokens;
    }
}
