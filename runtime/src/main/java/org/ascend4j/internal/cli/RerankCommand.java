package org.ascend4j.internal.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.ascend4j.RankedDocument;
import org.ascend4j.Reranker;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rerank}: documents by how well they answer a query. */
@Command(
        name = "rerank",
        description = {
            "Prints documents by how well they answer a query, best first, each as a line of JSON: index, score, tokens.",
            "Takes cross-encoders: BERT-class classifiers with one label."
        })
final class RerankCommand implements Callable<Integer> {
    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Option(names = "--query", required = true, paramLabel = "Q", description = "The query.")
    private String query;

    @Option(names = "--document", paramLabel = "D", description = "A document; may be given several times.")
    private List<String> documents = List.of();

    @Option(names = "--input", paramLabel = "FILE", description = "A file with one JSON string a line.")
    private String input;

    @Option(names = "--top", paramLabel = "N", description = "Print the best N only (default: all).")
    private Integer top;

    RerankCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException {
        if (top != null && top < 1) {
            throw new UsageException("--top: found " + top + ", expected 1 or more");
        }
        model.toOptions();
        List<String> all = TextLines.read(documents, "--document", input);
        try (Reranker reranker = context.openReranker(model)) {
            List<RankedDocument> ranked = reranker.rank(query, all);
            for (RankedDocument document :
                    ranked.subList(0, top == null ? ranked.size() : Math.min(top, ranked.size()))) {
                context.streams().answer(line(document));
            }
        }
        return ExitCode.OK;
    }

    private static String line(RankedDocument document) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("index", document.index());
            json.writeNumberField("score", document.score());
            json.writeNumberField("tokens", document.tokens());
            json.writeEndObject();
        }
        return text.append('\n').toString();
    }
}
