package org.ascend4j.compat.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.ascend4j.compat.json.JsonWriter;
import org.ascend4j.compat.policy.AsOf;
import org.ascend4j.compat.policy.BranchAnswer;
import org.ascend4j.compat.policy.BranchPolicy;
import org.ascend4j.compat.policy.BranchState;
import org.ascend4j.compat.policy.PolicyRules;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code policy}: prints the branches and their states, or what may land on one branch. */
@Command(
        name = "policy",
        description = "Prints branches, states and rules; for one branch, what may land there now.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:answered", "1:the branch is unknown", "2:wrong usage"})
final class PolicyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private PolicyOptions options;

    @Parameters(arity = "0..1", paramLabel = "BRANCH", description = "For example releases/v0.23.0.")
    private String branch;

    @Option(names = "--format", paramLabel = "F", defaultValue = "text", description = "text or json.")
    private PolicyOptions.Format format;

    @Override
    public Integer call() {
        AsOf asOf = options.asOf();
        BranchPolicy policy = BranchPolicy.at(asOf);
        boolean json = format == PolicyOptions.Format.json;
        if (branch == null) {
            print(json ? JsonWriter.write(json(asOf, policy)) : text(asOf, policy));
            return Main.OK;
        }
        BranchAnswer answer = policy.answer(branch);
        print(json ? JsonWriter.write(json(asOf, answer)) : text(asOf, answer));
        return answer.exists() ? Main.OK : Main.FAILURE;
    }

    private void print(String report) {
        spec.commandLine().getOut().print(report);
    }

    private static String text(AsOf asOf, BranchAnswer answer) {
        StringBuilder text = new StringBuilder();
        text.append(answer.name().text()).append(" as of ").append(asOf.date()).append(": ");
        text.append(answer.name().role().meaning()).append(".\n");
        line(text, "state", answer.state().map(BranchState::name).orElse("none printed"));
        line(text, "bug fixes", allowed(answer, BranchState::bugfixes));
        line(text, "releases", allowed(answer, BranchState::releases));
        line(text, "CI", allowed(answer, BranchState::ci));
        answer.next().ifPresent(next -> line(text, "next", next));
        answer.claims().forEach(claim -> line(text, "claim", claim));
        answer.sentences().forEach(sentence -> line(text, "note", sentence));
        return text.toString();
    }

    private static String allowed(BranchAnswer answer, java.util.function.Predicate<BranchState> what) {
        return answer.state().map(state -> what.test(state) ? "yes" : "no").orElse("nothing is promised");
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(String.format("  %-11s%s\n", label, value));
    }

    private static Map<String, Object> json(AsOf asOf, BranchAnswer answer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("as_of", asOf.date().toString());
        json.put("branch", answer.name().text());
        json.put("role", answer.name().role().name().toLowerCase(java.util.Locale.ROOT));
        json.put("known", answer.exists());
        json.put("listed", answer.listed());
        json.put("state", answer.state().map(BranchState::name));
        json.put("bug_fixes", answer.state().map(BranchState::bugfixes));
        json.put("releases", answer.state().map(BranchState::releases));
        json.put("ci", answer.state().map(BranchState::ci));
        json.put("next", answer.next());
        json.put("claims", answer.claims());
        json.put("notes", answer.sentences());
        return json;
    }

    private static String text(AsOf asOf, BranchPolicy policy) {
        StringBuilder text = new StringBuilder();
        text.append("Branches as of ")
                .append(asOf.date())
                .append(" (")
                .append(asOf.document())
                .append(" document)\n\n");
        TextTable branches = new TextTable("BRANCH", "STATE", "NOTE", "CLAIM");
        policy.branches()
                .forEach(branch -> branches.row(
                        branch.name().text(),
                        branch.listed() ? branch.state() : "not in the table",
                        branch.note(),
                        String.join("; ", policy.claims(branch))));
        text.append(branches.text()).append('\n');
        TextTable states = new TextTable("STATE", "BUG FIXES", "RELEASES", "CI", "TIME FRAME");
        BranchState.all()
                .forEach(state -> states.row(
                        state.name(),
                        yes(state.bugfixes()),
                        yes(state.releases()),
                        yes(state.ci()),
                        state.timeFrame()));
        text.append(states.text());
        PolicyRules.shown(asOf).forEach((title, rules) -> {
            text.append('\n').append(title).append('\n');
            rules.forEach(rule -> text.append("  - ").append(rule).append('\n'));
        });
        return text.toString();
    }

    private static String yes(boolean allowed) {
        return allowed ? "yes" : "no";
    }

    private static Map<String, Object> json(AsOf asOf, BranchPolicy policy) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("as_of", asOf.date().toString());
        json.put("document", asOf.document());
        json.put(
                "branches",
                policy.branches().stream()
                        .map(branch -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("branch", branch.name().text());
                            one.put("listed", branch.listed());
                            one.put("state", branch.state().isEmpty() ? null : branch.state());
                            one.put("note", branch.note());
                            one.put("source", branch.source());
                            one.put("claims", policy.claims(branch));
                            return one;
                        })
                        .toList());
        json.put("states", BranchState.all().stream().map(PolicyCommand::json).toList());
        json.put("rules", PolicyRules.shown(asOf));
        return json;
    }

    private static Map<String, Object> json(BranchState state) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("state", state.name());
        json.put("time_frame", state.timeFrame());
        json.put("bug_fixes", state.bugfixes());
        json.put("releases", state.releases());
        json.put("ci", state.ci());
        json.put("meaning", state.meaning());
        return json;
    }
}
