package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.List;

/** A node that prints. Running tells whether the innermost loop goes on, is left, or takes its next item. */
interface Statement {
    enum Flow {
        NEXT,
        BREAK,
        CONTINUE
    }

    Flow run(Scope scope, StringBuilder out);

    record Block(List<Statement> statements) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            for (Statement statement : statements) {
                Flow flow = statement.run(scope, out);
                if (flow != Flow.NEXT) {
                    return flow;
                }
            }
            return Flow.NEXT;
        }
    }

    record Text(String text) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().steps(1);
            scope.budget().output(out, text);
            return Flow.NEXT;
        }
    }

    record Output(Expression expression, int line) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            scope.budget().output(out, Values.text(expression.value(scope)));
            return Flow.NEXT;
        }
    }

    /** Conditions with their bodies; a null condition is the "else". */
    record If(List<Expression> conditions, List<Statement> bodies, int line) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            for (int i = 0; i < conditions.size(); i++) {
                Expression condition = conditions.get(i);
                if (condition == null || Values.truth(condition.value(scope))) {
                    return nested(bodies.get(i), scope, out);
                }
            }
            return Flow.NEXT;
        }
    }

    /** {@code filter} and {@code otherwise} may be null. */
    record For(List<String> targets, Expression items, Expression filter, Statement body, Statement otherwise, int line)
            implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            List<Object> values = selected(scope);
            Loop loop = new Loop(values);
            for (int i = 0; i < values.size(); i++) {
                scope.budget().steps(1);
                loop.moveTo(i);
                Scope inner = new Scope(scope);
                inner.set("loop", loop);
                assign(targets, values.get(i), inner);
                if (nested(body, inner, out) == Flow.BREAK) {
                    break;
                }
            }
            if (values.isEmpty() && otherwise != null) {
                return nested(otherwise, new Scope(scope), out);
            }
            return Flow.NEXT;
        }

        private List<Object> selected(Scope scope) {
            List<Object> values = Values.items(items.value(scope), scope.budget());
            if (filter == null) {
                return values;
            }
            List<Object> selected = new ArrayList<>();
            for (Object value : values) {
                Scope inner = new Scope(scope);
                assign(targets, value, inner);
                if (Values.truth(filter.value(inner))) {
                    selected.add(value);
                }
            }
            return selected;
        }
    }

    /** Assigns one or several names, or an attribute of a namespace (written "name.attribute"). */
    record Assign(List<String> targets, Expression expression, int line) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            assign(targets, expression.value(scope), scope);
            return Flow.NEXT;
        }
    }

    /** Assigns what its body prints, through {@code filters} over the name "". */
    record AssignBlock(List<String> targets, Statement body, Expression filters, int line) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            assign(targets, captured(body, filters, scope), scope);
            return Flow.NEXT;
        }
    }

    /** Prints its body through {@code filters} over the name "". */
    record FilterBlock(Statement body, Expression filters, int line) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            scope.budget().output(out, Values.text(captured(body, filters, scope)));
            return Flow.NEXT;
        }
    }

    record With(List<String> names, List<Expression> values, Statement body) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            Scope inner = new Scope(scope);
            for (int i = 0; i < names.size(); i++) {
                inner.set(names.get(i), values.get(i).value(scope));
            }
            return nested(body, inner, out);
        }
    }

    record Define(String name, List<String> parameters, List<Expression> defaults, Statement body)
            implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.set(name, new Macro(name, parameters, defaults, body, scope));
            return Flow.NEXT;
        }
    }

    /** A macro call that hands over its body as "caller". */
    record CallBlock(Expression.Call call, List<String> parameters, List<Expression> defaults, Statement body, int line)
            implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            scope.budget().line(line);
            Scope inner = new Scope(scope);
            inner.set("", new Macro("caller", parameters, defaults, body, scope));
            java.util.Map<String, Expression> named =
                    new java.util.LinkedHashMap<>(call.arguments().named());
            named.put("caller", new Expression.Name(""));
            Expression.Given given = new Expression.Given(call.arguments().positional(), named);
            scope.budget().output(out, Values.text(new Expression.Call(call.target(), given).value(inner)));
            return Flow.NEXT;
        }
    }

    record Jump(Flow flow) implements Statement {
        @Override
        public Flow run(Scope scope, StringBuilder out) {
            return flow;
        }
    }

    private static Flow nested(Statement body, Scope scope, StringBuilder out) {
        scope.budget().enter();
        Flow flow = body.run(scope, out);
        scope.budget().leave();
        return flow;
    }

    private static Object captured(Statement body, Expression filters, Scope scope) {
        StringBuilder text = new StringBuilder();
        Scope inner = new Scope(scope);
        nested(body, inner, text);
        if (filters == null) {
            return text.toString();
        }
        inner.set("", text.toString());
        return filters.value(inner);
    }

    private static void assign(List<String> targets, Object value, Scope scope) {
        if (targets.size() == 1) {
            assign(targets.get(0), value, scope);
            return;
        }
        List<Object> values = Values.items(value, scope.budget());
        if (values.size() != targets.size()) {
            throw new TemplateError("cannot unpack " + values.size() + " values into " + targets.size() + " names");
        }
        for (int i = 0; i < values.size(); i++) {
            assign(targets.get(i), values.get(i), scope);
        }
    }

    private static void assign(String target, Object value, Scope scope) {
        int dot = target.indexOf('.');
        if (dot < 0) {
            scope.set(target, value);
        } else if (scope.get(target.substring(0, dot)) instanceof Namespace namespace) {
            namespace.set(target.substring(dot + 1), value);
        } else {
            throw new TemplateError("cannot assign attribute on non-namespace object");
        }
    }
}
