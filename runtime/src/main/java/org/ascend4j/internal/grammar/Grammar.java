package org.ascend4j.internal.grammar;

/**
 * A compiled grammar for one vocabulary. Safe for use by several threads: it keeps what matchers found, behind a lock
 * that is held for one mask or one token.
 *
 * <p>Every situation a matcher reaches allows at least one token: states that lead nowhere are removed, nesting is cut
 * where it could not be closed, and only bytes that the vocabulary has as tokens are used.
 */
public final class Grammar {
    private static final int PREPARED_TABLES = 64;

    private final Vocabulary vocabulary;
    private final SituationTable table;
    private final MaskBuilder masks;
    private final Situation initial;
    private final long programBytes;
    private final GrammarLimits limits;

    private Grammar(Program program, Vocabulary vocabulary, GrammarLimits limits, String field) {
        this.vocabulary = vocabulary;
        this.limits = limits;
        this.table = new SituationTable(program, limits, field);
        this.masks = new MaskBuilder(vocabulary, table);
        this.initial = table.initial();
        this.programBytes = 200L * program.states();
    }

    /**
     * Compiles on the calling thread, which must not be the engine's.
     *
     * @throws org.ascend4j.error.InvalidRequestException naming the keyword or position at fault, or the limit
     */
    public static Grammar compile(GrammarSpec spec, Vocabulary vocabulary, GrammarLimits limits) {
        String field = field(spec);
        CompileBudget budget = new CompileBudget(field, limits);
        Program program = program(spec, vocabulary, budget);
        Grammar grammar = new Grammar(program, vocabulary, limits, field);
        grammar.prepare(program);
        return grammar;
    }

    private static Program program(GrammarSpec spec, Vocabulary vocabulary, CompileBudget budget) {
        try {
            return ProgramBuilder.build(rules(spec, budget), vocabulary, budget);
        } catch (StackOverflowError e) {
            // Nesting is limited everywhere, but the caller's stack may be short.
            throw budget.error("nested too deep for the stack of the compiling thread; nest less");
        }
    }

    /** Does here what the first masks would otherwise wait for on the engine's thread. */
    private void prepare(Program program) {
        int left = PREPARED_TABLES;
        for (Unit unit : program.units()) {
            for (int state = 0; state < unit.dfa.states() && left > 0; state++, left--) {
                vocabulary.table(unit, state);
            }
        }
        fillMask(initial, new int[vocabulary.maskWords()]);
    }

    private static String field(GrammarSpec spec) {
        if (spec instanceof GrammarSpec.Regex) {
            return "regex";
        }
        if (spec instanceof GrammarSpec.Choice) {
            return "choice";
        }
        if (spec instanceof GrammarSpec.JsonSchema || spec instanceof GrammarSpec.JsonObject) {
            return "jsonSchema";
        }
        // Only calls of functions are put together of several parts.
        return spec instanceof GrammarSpec.Cfg ? "grammar" : "tools";
    }

    private static RuleSet rules(GrammarSpec spec, CompileBudget budget) {
        RuleSet rules = new RuleSet();
        rules.setRoot(SpecRules.node(spec, rules, budget));
        return rules;
    }

    /** A matcher at the beginning of an answer. */
    public GrammarMatcher matcher() {
        return new GrammarMatcher(this, initial);
    }

    /** The vocabulary this was compiled for. */
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The most memory this may hold, in bytes, estimated. */
    long bytes() {
        return programBytes + limits.cacheBytes();
    }

    synchronized boolean fillMask(Situation situation, int[] words) {
        return masks.mask(table.current(situation)).copyTo(words);
    }

    /** The situation after a token, or null where it does not fit. */
    synchronized Situation step(Situation from, byte[] token) {
        if (token == null || token.length == 0) {
            return null;
        }
        table.beginWork();
        Situation at = table.current(from);
        for (byte b : token) {
            at = table.step(at, b & 0xFF);
            if (at.isDead()) {
                return null;
            }
        }
        return at;
    }
}
