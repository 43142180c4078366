package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses a template's statements. */
final class Parser {
    private static final Set<String> REFUSED =
            Set.of("include", "import", "from", "extends", "block", "autoescape", "do", "trans", "debug");

    private final TokenStream in;
    private final ExpressionParser expressions;
    private int loops;

    private Parser(TokenStream in) {
        this.in = in;
        this.expressions = new ExpressionParser(in);
    }

    static Statement parse(String template) {
        Parser parser = new Parser(new TokenStream(Lexer.tokens(template)));
        Statement body = parser.body(Set.of());
        if (parser.in.current().kind() != Token.Kind.END) {
            throw parser.in.error("no tag that closes what was never opened");
        }
        return body;
    }

    /** Statements up to a tag of one of these names, whose BLOCK_BEGIN has then been taken. */
    private Statement body(Set<String> ends) {
        in.enter();
        List<Statement> statements = new ArrayList<>();
        while (in.current().kind() != Token.Kind.END) {
            Token token = in.next();
            if (token.kind() == Token.Kind.TEXT) {
                statements.add(new Statement.Text(token.value()));
            } else if (token.kind() == Token.Kind.OUTPUT_BEGIN) {
                statements.add(new Statement.Output(expressions.tupleOrExpression(), token.line()));
                in.expect(Token.Kind.OUTPUT_END, "'}}'");
            } else if (ends.contains(in.current().value())) {
                in.leave();
                return new Statement.Block(statements);
            } else {
                statements.add(statement());
            }
        }
        if (!ends.isEmpty()) {
            throw in.error("one of " + String.join(", ", new java.util.TreeSet<>(ends)));
        }
        in.leave();
        return new Statement.Block(statements);
    }

    private Statement statement() {
        Token tag = in.expect(Token.Kind.NAME, "the name of a tag");
        return switch (tag.value()) {
            case "if" -> branches(tag.line());
            case "for" -> loop(tag.line());
            case "set" -> set(tag.line());
            case "macro" -> macro();
            case "call" -> call(tag.line());
            case "filter" -> filter(tag.line());
            case "with" -> with();
            case "break", "continue" -> jump(tag);
            case "generation" -> generation();
            default ->
                throw in.error((REFUSED.contains(tag.value()) ? "no tag '" : "a known tag instead of '") + tag.value()
                        + "' (supported: if, for, set, macro, call, filter, with, raw, break, continue)");
        };
    }

    private void endOfTag() {
        in.expect(Token.Kind.BLOCK_END, "'%}'");
    }

    /** A body that a tag of one name closes. */
    private Statement bodyUntil(String end) {
        endOfTag();
        Statement body = body(Set.of(end));
        in.next();
        endOfTag();
        return body;
    }

    private Statement branches(int line) {
        List<Expression> conditions = new ArrayList<>();
        List<Statement> bodies = new ArrayList<>();
        conditions.add(expressions.tupleOrExpression());
        while (true) {
            endOfTag();
            boolean last = conditions.get(conditions.size() - 1) == null;
            bodies.add(body(last ? Set.of("endif") : Set.of("elif", "else", "endif")));
            String tag = in.next().value();
            if (tag.equals("endif")) {
                endOfTag();
                return new Statement.If(conditions, bodies, line);
            }
            conditions.add(tag.equals("elif") ? expressions.tupleOrExpression() : null);
        }
    }

    private Statement loop(int line) {
        List<String> targets = targets(false);
        if (!in.skipName("in")) {
            throw in.error("'in'");
        }
        Expression items = expressions.withoutCondition();
        Expression filter = in.skipName("if") ? expressions.expression() : null;
        if (in.current().isName("recursive")) {
            throw in.error("a loop that is not recursive");
        }
        endOfTag();
        loops++;
        Statement body = body(Set.of("else", "endfor"));
        loops--;
        Statement otherwise = null;
        if (in.skipName("else")) {
            endOfTag();
            otherwise = body(Set.of("endfor"));
        }
        in.next();
        endOfTag();
        return new Statement.For(targets, items, filter, body, otherwise, line);
    }

    /** One name or several with commas, in parentheses or not; with {@code attributes} also "name.attribute". */
    private List<String> targets(boolean attributes) {
        boolean parentheses = in.skipOperator("(");
        List<String> names = new ArrayList<>();
        do {
            String name = in.expectName();
            if (attributes && in.skipOperator(".")) {
                name += "." + in.expectName();
            }
            names.add(name);
        } while (in.skipOperator(",") && in.current().kind() == Token.Kind.NAME);
        if (parentheses) {
            in.expectOperator(")");
        }
        return names;
    }

    private Statement set(int line) {
        List<String> targets = targets(true);
        if (in.skipOperator("=")) {
            Expression value = expressions.tupleOrExpression();
            endOfTag();
            return new Statement.Assign(targets, value, line);
        }
        Expression filters = in.current().isOperator("|") ? expressions.filters(new Expression.Name("")) : null;
        return new Statement.AssignBlock(targets, bodyUntil("endset"), filters, line);
    }

    private Statement macro() {
        String name = in.expectName();
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        signature(parameters, defaults);
        return new Statement.Define(name, parameters, defaults, outsideLoops("endmacro"));
    }

    private void signature(List<String> parameters, List<Expression> defaults) {
        in.expectOperator("(");
        while (!in.skipOperator(")")) {
            parameters.add(in.expectName());
            defaults.add(in.skipOperator("=") ? expressions.expression() : null);
            if (!in.current().isOperator(")")) {
                in.expectOperator(",");
            }
        }
    }

    /** A body of its own: the loops around it are none that it could leave. */
    private Statement outsideLoops(String end) {
        int around = loops;
        loops = 0;
        Statement body = bodyUntil(end);
        loops = around;
        return body;
    }

    private Statement call(int line) {
        List<String> parameters = new ArrayList<>();
        List<Expression> defaults = new ArrayList<>();
        if (in.current().isOperator("(")) {
            signature(parameters, defaults);
        }
        if (expressions.expression() instanceof Expression.Call call) {
            return new Statement.CallBlock(call, parameters, defaults, outsideLoops("endcall"), line);
        }
        throw in.error("the call of a macro");
    }

    private Statement filter(int line) {
        Expression filters = expressions.filters(expressions.filter(new Expression.Name("")));
        return new Statement.FilterBlock(outsideLoops("endfilter"), filters, line);
    }

    private Statement with() {
        List<String> names = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (in.current().kind() != Token.Kind.BLOCK_END) {
            if (!names.isEmpty()) {
                in.expectOperator(",");
            }
            names.add(in.expectName());
            in.expectOperator("=");
            values.add(expressions.expression());
        }
        return new Statement.With(names, values, bodyUntil("endwith"));
    }

    private Statement jump(Token tag) {
        if (loops == 0) {
            throw in.error("'" + tag.value() + "' inside a loop only");
        }
        endOfTag();
        return new Statement.Jump(tag.value().equals("break") ? Statement.Flow.BREAK : Statement.Flow.CONTINUE);
    }

    /** Marks the assistant's words for training; its inside is what is printed. */
    private Statement generation() {
        return new Statement.With(List.of(), List.of(), bodyUntil("endgeneration"));
    }
}
