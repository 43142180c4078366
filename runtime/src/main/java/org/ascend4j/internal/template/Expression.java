package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A node that has a value. Evaluation charges the budget and bounds its own depth through {@link #value}. */
interface Expression {
    /** The value, without accounting; call {@link #value} instead. */
    Object evaluate(Scope scope);

    default Object value(Scope scope) {
        scope.budget().enter();
        Object value = evaluate(scope);
        scope.budget().leave();
        return value;
    }

    record Literal(Object constant) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return constant;
        }
    }

    record Name(String name) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return scope.get(name);
        }
    }

    record ListDisplay(List<Expression> items, boolean tuple) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            List<Object> values = new ArrayList<>(items.size());
            for (Expression item : items) {
                values.add(item.value(scope));
            }
            return tuple ? new Tuple(values) : values;
        }
    }

    record MapDisplay(List<Expression> keys, List<Expression> items) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Map<Object, Object> values = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                values.put(Values.key(keys.get(i).value(scope)), items.get(i).value(scope));
            }
            return values;
        }
    }

    record Attribute(Expression target, String name) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return Members.attribute(target.value(scope), name);
        }
    }

    record Item(Expression target, Expression key) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return Members.item(target.value(scope), key.value(scope));
        }
    }

    /** Absent bounds are null. */
    record Slice(Expression target, Expression start, Expression stop, Expression step) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = target.value(scope);
            return Members.slice(value, bound(start, scope), bound(stop, scope), bound(step, scope), scope.budget());
        }

        private static Long bound(Expression expression, Scope scope) {
            Object value = expression == null ? null : expression.value(scope);
            if (value == null || value instanceof Long) {
                return (Long) value;
            }
            throw new TemplateError("slice indices must be integers, found " + Values.typeName(value));
        }
    }

    /** The arguments of a call as written. */
    record Given(List<Expression> positional, Map<String, Expression> named) {
        static final Given NOTHING = new Given(List.of(), Map.of());

        Arguments evaluate(Scope scope) {
            if (this == NOTHING) {
                return Arguments.NONE;
            }
            List<Object> values = new ArrayList<>(positional.size());
            for (Expression argument : positional) {
                values.add(argument.value(scope));
            }
            Map<String, Object> byName = new LinkedHashMap<>();
            named.forEach((name, argument) -> byName.put(name, argument.value(scope)));
            return new Arguments(values, byName);
        }
    }

    record Call(Expression target, Given arguments) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object callee = target.value(scope);
            if (callee instanceof Function function) {
                return function.call(arguments.evaluate(scope), scope);
            }
            throw callee instanceof Undefined undefined
                    ? undefined.error()
                    : new TemplateError("'" + Values.typeName(callee) + "' object is not callable");
        }
    }

    record Filtered(Expression target, String filter, Given arguments) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return Filters.apply(filter, target.value(scope), arguments.evaluate(scope), scope);
        }
    }

    record Tested(Expression target, String test, Given arguments, boolean negated) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return Tests.holds(test, target.value(scope), arguments.evaluate(scope), scope.budget()) != negated;
        }
    }

    record Signed(Expression operand, boolean negative) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object value = operand.value(scope);
            return negative ? Arithmetic.negate(value) : Arithmetic.positive(value);
        }
    }

    record Binary(String operator, Expression left, Expression right) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return Arithmetic.apply(operator, left.value(scope), right.value(scope), scope.budget());
        }
    }

    /** The operator "~": everything as text. */
    record Concatenation(List<Expression> parts) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            StringBuilder out = new StringBuilder();
            for (Expression part : parts) {
                scope.budget().output(out, Values.text(part.value(scope)));
            }
            return out.toString();
        }
    }

    record Not(Expression operand) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            return !Values.truth(operand.value(scope));
        }
    }

    /** "and", "or": the operand that decided, as it is. */
    record Logic(Expression left, Expression right, boolean and) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object first = left.value(scope);
            return Values.truth(first) == and ? right.value(scope) : first;
        }
    }

    /** A chain like {@code a < b <= c}. */
    record Comparison(Expression first, List<String> operators, List<Expression> operands) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            Object left = first.value(scope);
            for (int i = 0; i < operators.size(); i++) {
                Object right = operands.get(i).value(scope);
                if (!holds(operators.get(i), left, right, scope.budget())) {
                    return false;
                }
                left = right;
            }
            return true;
        }

        static boolean holds(String operator, Object left, Object right, Budget budget) {
            return switch (operator) {
                case "==" -> Values.equal(left, right);
                case "!=" -> !Values.equal(left, right);
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                case ">=" -> Values.compare(left, right) >= 0;
                case "in" -> Values.contains(right, left, budget);
                default -> !Values.contains(right, left, budget);
            };
        }
    }

    /** {@code then if condition else otherwise}; {@code otherwise} may be null. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {
        @Override
        public Object evaluate(Scope scope) {
            if (Values.truth(condition.value(scope))) {
                return then.value(scope);
            }
            return otherwise == null
                    ? new Undefined("the inline if-expression evaluated to false and no else section was defined")
                    : otherwise.value(scope);
        }
    }
}
