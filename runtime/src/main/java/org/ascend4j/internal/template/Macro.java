package org.ascend4j.internal.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A template's own function; its value is the text that its body prints. */
final class Macro implements Function {
    private final String name;
    private final List<String> parameters;

    /** One for each parameter; null where it has none. */
    private final List<Expression> defaults;

    private final Statement body;
    private final Scope defined;

    Macro(String name, List<String> parameters, List<Expression> defaults, Statement body, Scope defined) {
        this.name = name;
        this.parameters = parameters;
        this.defaults = defaults;
        this.body = body;
        this.defined = defined;
    }

    @Override
    public Object call(Arguments arguments, Scope caller) {
        Scope scope = new Scope(defined);
        Map<String, Object> named = new LinkedHashMap<>(arguments.named());
        List<Object> positional = arguments.positional();
        scope.set("caller", named.containsKey("caller") ? named.remove("caller") : new Undefined("No caller defined"));
        for (int i = 0; i < parameters.size(); i++) {
            String parameter = parameters.get(i);
            if (i < positional.size()) {
                scope.set(parameter, positional.get(i));
            } else if (named.containsKey(parameter)) {
                scope.set(parameter, named.remove(parameter));
            } else if (defaults.get(i) != null) {
                scope.set(parameter, defaults.get(i).value(scope));
            } else {
                scope.set(parameter, new Undefined("parameter '" + parameter + "' was not provided"));
            }
        }
        int extra = Math.min(parameters.size(), positional.size());
        scope.set("varargs", new Tuple(new ArrayList<>(positional.subList(extra, positional.size()))));
        scope.set("kwargs", new LinkedHashMap<Object, Object>(named));
        StringBuilder out = new StringBuilder();
        scope.budget().enter();
        body.run(scope, out);
        scope.budget().leave();
        return out.toString();
    }

    @Override
    public String toString() {
        return "<Macro '" + name + "'>";
    }
}
