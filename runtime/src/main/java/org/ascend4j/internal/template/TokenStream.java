package org.ascend4j.internal.template;

import java.util.List;
import org.ascend4j.error.ModelFormatException;

/** The tokens of a template with a place in them, and the bound on how deep its constructs may nest. */
final class TokenStream {
    private static final int MAX_NESTING = 60;

    private final List<Token> tokens;
    private int at;
    private int nesting;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token ahead() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    boolean skipOperator(String operator) {
        return skip(current().isOperator(operator));
    }

    boolean skipName(String name) {
        return skip(current().isName(name));
    }

    private boolean skip(boolean matches) {
        if (matches) {
            next();
        }
        return matches;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw error("'" + operator + "'");
        }
    }

    String expectName() {
        if (current().kind() != Token.Kind.NAME) {
            throw error("a name");
        }
        return next().value();
    }

    Token expect(Token.Kind kind, String expected) {
        if (current().kind() != kind) {
            throw error(expected);
        }
        return next();
    }

    void enter() {
        if (++nesting > MAX_NESTING) {
            throw error("constructs nested at most " + MAX_NESTING + " deep");
        }
    }

    void leave() {
        nesting--;
    }

    /** The error that the current token is not what the grammar wants. */
    ModelFormatException error(String expected) {
        return new ModelFormatException(
                "chat template, line " + current().line() + ": found " + current() + ", expected " + expected);
    }
}
