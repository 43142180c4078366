package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses expressions by recursive descent, with Jinja's precedence. */
final class ExpressionParser {
    private static final Set<String> NOT_AN_OPERAND = Set.of("and", "or", "else", "if", "in", "is", "not");
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

    private final TokenStream in;

    ExpressionParser(TokenStream in) {
        this.in = in;
    }

    /** An expression; several with commas between them are a tuple. */
    Expression tupleOrExpression() {
        Expression first = expression();
        if (!in.current().isOperator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (in.skipOperator(",") && startsExpression()) {
            items.add(expression());
        }
        return new Expression.ListDisplay(items, true);
    }

    private boolean startsExpression() {
        Token token = in.current();
        return switch (token.kind()) {
            case OUTPUT_END, BLOCK_END, END -> false;
            case OPERATOR -> !")]}:=".contains(token.value());
            default -> true;
        };
    }

    Expression expression() {
        in.enter();
        Expression value = or();
        while (in.skipName("if")) {
            Expression condition = or();
            Expression otherwise = in.skipName("else") ? expression() : null;
            value = new Expression.Conditional(condition, value, otherwise);
        }
        in.leave();
        return value;
    }

    /** An expression that no "if" may follow, as the items of a loop. */
    Expression withoutCondition() {
        Expression first = or();
        if (!in.current().isOperator(",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (in.skipOperator(",") && startsExpression()) {
            items.add(or());
        }
        return new Expression.ListDisplay(items, true);
    }

    private Expression or() {
        Expression left = and();
        while (in.skipName("or")) {
            left = new Expression.Logic(left, and(), false);
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (in.skipName("and")) {
            left = new Expression.Logic(left, not(), true);
        }
        return left;
    }

    private Expression not() {
        if (!in.skipName("not")) {
            return comparison();
        }
        in.enter();
        Expression negated = new Expression.Not(not());
        in.leave();
        return negated;
    }

    private Expression comparison() {
        Expression first = sum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        for (String operator = comparisonOperator(); operator != null; operator = comparisonOperator()) {
            operators.add(operator);
            operands.add(sum());
        }
        return operators.isEmpty() ? first : new Expression.Comparison(first, operators, operands);
    }

    private String comparisonOperator() {
        Token token = in.current();
        if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.value())) {
            return in.next().value();
        }
        if (in.skipName("in")) {
            return "in";
        }
        if (token.isName("not") && in.ahead().isName("in")) {
            in.next();
            in.next();
            return "not in";
        }
        return null;
    }

    private Expression sum() {
        Expression left = concatenation();
        while (in.current().isOperator("+") || in.current().isOperator("-")) {
            left = new Expression.Binary(in.next().value(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!in.current().isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (in.skipOperator("~")) {
            parts.add(product());
        }
        return new Expression.Concatenation(parts);
    }

    private Expression product() {
        Expression left = power();
        while (List.of("*", "/", "//", "%").contains(in.current().value())
                && in.current().kind() == Token.Kind.OPERATOR) {
            left = new Expression.Binary(in.next().value(), left, power());
        }
        return left;
    }

    private Expression power() {
        Expression left = unary(true);
        while (in.skipOperator("**")) {
            left = new Expression.Binary("**", left, unary(true));
        }
        return left;
    }

    private Expression unary(boolean withFilters) {
        in.enter();
        Expression value;
        if (in.skipOperator("-")) {
            value = new Expression.Signed(unary(false), true);
        } else if (in.skipOperator("+")) {
            value = new Expression.Signed(unary(false), false);
        } else {
            value = primary();
        }
        value = postfix(value);
        in.leave();
        return withFilters ? filtersAndTests(value) : value;
    }

    private Expression primary() {
        Token token = in.current();
        switch (token.kind()) {
            case NAME:
                in.next();
                return name(token.value());
            case STRING:
                StringBuilder text = new StringBuilder();
                while (in.current().kind() == Token.Kind.STRING) {
                    text.append(in.next().value());
                }
                return new Expression.Literal(text.toString());
            case INTEGER:
                return new Expression.Literal(integer());
            case FLOAT:
                return new Expression.Literal(Double.parseDouble(in.next().value()));
            case OPERATOR:
                return bracketed();
            default:
                throw in.error("an expression");
        }
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> new Expression.Literal(true);
            case "false", "False" -> new Expression.Literal(false);
            case "none", "None" -> new Expression.Literal(null);
            default -> new Expression.Name(name);
        };
    }

    private Long integer() {
        try {
            Long value = Long.parseLong(in.current().value());
            in.next();
            return value;
        } catch (NumberFormatException e) {
            throw in.error("an integer of at most 64 bits");
        }
    }

    private Expression bracketed() {
        if (in.skipOperator("(")) {
            Expression value =
                    in.current().isOperator(")") ? new Expression.ListDisplay(List.of(), true) : tupleOrExpression();
            in.expectOperator(")");
            return value;
        }
        if (in.skipOperator("[")) {
            List<Expression> items = new ArrayList<>();
            while (!in.skipOperator("]")) {
                items.add(expression());
                if (!in.current().isOperator("]")) {
                    in.expectOperator(",");
                }
            }
            return new Expression.ListDisplay(items, false);
        }
        if (in.skipOperator("{")) {
            return map();
        }
        throw in.error("an expression");
    }

    private Expression map() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> items = new ArrayList<>();
        while (!in.skipOperator("}")) {
            keys.add(expression());
            in.expectOperator(":");
            items.add(expression());
            if (!in.current().isOperator("}")) {
                in.expectOperator(",");
            }
        }
        return new Expression.MapDisplay(keys, items);
    }

    private Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (in.skipOperator(".")) {
                Token token = in.next();
                if (token.kind() == Token.Kind.NAME) {
                    value = new Expression.Attribute(value, token.value());
                } else if (token.kind() == Token.Kind.INTEGER) {
                    value = new Expression.Item(value, new Expression.Literal(Long.parseLong(token.value())));
                } else {
                    throw in.error("a name behind '.'");
                }
            } else if (in.skipOperator("[")) {
                value = subscript(value);
            } else if (in.current().isOperator("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression target) {
        Expression start = in.current().isOperator(":") ? null : tupleOrExpression();
        if (in.skipOperator("]")) {
            if (start == null) {
                throw in.error("an index");
            }
            return new Expression.Item(target, start);
        }
        in.expectOperator(":");
        Expression stop = bound();
        Expression step = in.skipOperator(":") ? bound() : null;
        in.expectOperator("]");
        return new Expression.Slice(target, start, stop, step);
    }

    private Expression bound() {
        return in.current().isOperator(":") || in.current().isOperator("]") ? null : expression();
    }

    /** Arguments in parentheses. */
    Expression.Given arguments() {
        in.expectOperator("(");
        List<Expression> positional = new ArrayList<>();
        Map<String, Expression> named = new LinkedHashMap<>();
        while (!in.skipOperator(")")) {
            if (in.current().kind() == Token.Kind.NAME && in.ahead().isOperator("=")) {
                String name = in.expectName();
                in.next();
                named.put(name, expression());
            } else if (!named.isEmpty()) {
                throw in.error("an argument with a name, as the one before it");
            } else {
                positional.add(expression());
            }
            if (!in.current().isOperator(")")) {
                in.expectOperator(",");
            }
        }
        return new Expression.Given(positional, named);
    }

    private Expression filtersAndTests(Expression start) {
        Expression value = start;
        while (true) {
            if (in.current().isOperator("|")) {
                value = filters(value);
            } else if (in.skipName("is")) {
                value = test(value);
            } else if (in.current().isOperator("(")) {
                value = new Expression.Call(value, arguments());
            } else {
                return value;
            }
        }
    }

    /** A chain of filters that begins at "|". */
    Expression filters(Expression start) {
        Expression value = start;
        while (in.skipOperator("|")) {
            value = filter(value);
        }
        return value;
    }

    /** One filter, from its name on. */
    Expression filter(Expression value) {
        String name = dotted();
        return new Expression.Filtered(
                value, name, in.current().isOperator("(") ? arguments() : Expression.Given.NOTHING);
    }

    private Expression test(Expression value) {
        boolean negated = in.skipName("not");
        String name = in.current().kind() == Token.Kind.OPERATOR ? in.next().value() : dotted();
        Expression.Given given = Expression.Given.NOTHING;
        if (in.current().isOperator("(")) {
            given = arguments();
        } else if (startsOperand()) {
            in.enter();
            given = new Expression.Given(List.of(postfix(primary())), Map.of());
            in.leave();
        }
        return new Expression.Tested(value, name, given, negated);
    }

    private boolean startsOperand() {
        Token token = in.current();
        return switch (token.kind()) {
            case NAME -> !NOT_AN_OPERAND.contains(token.value());
            case STRING, INTEGER, FLOAT -> true;
            default -> token.isOperator("[") || token.isOperator("{");
        };
    }

    private String dotted() {
        StringBuilder name = new StringBuilder(in.expectName());
        while (in.skipOperator(".")) {
            name.append('.').append(in.expectName());
        }
        return name.toString();
    }
}
