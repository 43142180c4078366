package org.ascend4j.internal.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.ResponseFormat;
import picocli.CommandLine.Option;

/** What an answer must look like. */
final class StructureOptions {
    @Option(
            names = "--json-schema",
            paramLabel = "F",
            description = "A file with a JSON schema: the answer is JSON that it accepts.")
    private String schema;

    @Option(names = "--regex", paramLabel = "R", description = "The answer matches this expression from end to end.")
    private String regex;

    @Option(names = "--choice", paramLabel = "A,B", split = ",", description = "The answer is one of these texts.")
    private List<String> choices;

    @Option(names = "--grammar", paramLabel = "F", description = "A file with a grammar that derives the answer.")
    private String grammar;

    /** @throws UsageException if more than one is given */
    ResponseFormat read() throws IOException {
        List<ResponseFormat> given = new ArrayList<>();
        if (schema != null) {
            given.add(new ResponseFormat.JsonSchema(PromptOptions.content(schema)));
        }
        if (regex != null) {
            given.add(new ResponseFormat.Regex(regex));
        }
        if (choices != null) {
            given.add(new ResponseFormat.Choice(choices));
        }
        if (grammar != null) {
            given.add(new ResponseFormat.Grammar(PromptOptions.content(grammar)));
        }
        if (given.size() > 1) {
            throw new UsageException("give at most one of --json-schema, --regex, --choice and --grammar");
        }
        return given.isEmpty() ? new ResponseFormat.Text() : given.get(0);
    }
}
