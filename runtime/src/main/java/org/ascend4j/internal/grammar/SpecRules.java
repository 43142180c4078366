package org.ascend4j.internal.grammar;

import java.util.ArrayList;
import java.util.List;

/** Writes what a request says as rules. */
final class SpecRules {
    private SpecRules() {}

    static Node node(GrammarSpec spec, RuleSet rules, CompileBudget budget) {
        if (spec instanceof GrammarSpec.Regex regex) {
            return RegexParser.whole(regex.expression(), "expression", budget);
        } else if (spec instanceof GrammarSpec.Choice choice) {
            return choices(choice.choices(), budget);
        } else if (spec instanceof GrammarSpec.Cfg cfg) {
            CfgParser.parse(cfg.grammar(), rules, budget);
            return new Node.Ref(rules.root());
        } else if (spec instanceof GrammarSpec.JsonSchema schema) {
            return JsonSchemaCompiler.compile(schema.schema(), rules, budget);
        } else if (spec instanceof GrammarSpec.Sequence sequence) {
            return new Node.Seq(nodes(sequence.parts(), rules, budget));
        } else if (spec instanceof GrammarSpec.AnyOf any) {
            return new Node.Alt(nodes(any.choices(), rules, budget));
        } else if (spec instanceof GrammarSpec.Repeated repeated) {
            Node part = rules.rule("repeated", node(repeated.part(), rules, budget));
            Node more = Node.seq(Node.text(repeated.between()), part);
            return Node.seq(part, new Node.Repeat(more, repeated.least() - 1, repeated.most() - 1));
        }
        return new JsonSyntax(rules).anyObject();
    }

    private static List<Node> nodes(List<GrammarSpec> specs, RuleSet rules, CompileBudget budget) {
        List<Node> nodes = new ArrayList<>();
        for (GrammarSpec spec : specs) {
            nodes.add(node(spec, rules, budget));
        }
        return nodes;
    }

    private static Node choices(List<String> choices, CompileBudget budget) {
        if (choices.isEmpty()) {
            throw budget.error("no choices; expected at least one text");
        }
        List<Node> texts = new ArrayList<>();
        long chars = 0;
        for (String choice : choices) {
            chars += choice.length();
            if (chars > budget.limits().maxSourceChars()) {
                throw budget.error(
                        "the choices have more than " + budget.limits().maxSourceChars() + " characters");
            }
            texts.add(Node.text(choice));
        }
        return new Node.Alt(texts);
    }
}
