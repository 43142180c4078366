package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.ascend4j.Embedding;
import org.ascend4j.EmbeddingOptions;
import org.ascend4j.internal.openai.EmbeddingBody;
import org.ascend4j.internal.openai.EmbeddingJson;
import org.ascend4j.internal.openai.RequestJson;

/** Embeds what a server was sent: OpenAI's JSON, or plain text, which is one text. Either way the answer is OpenAI's. */
final class EmbeddingRequests extends RequestHandler {
    private final AscendModel model;

    EmbeddingRequests(AscendModel model) {
        this.model = model;
    }

    @Override
    Output json(Input input, byte[] body) {
        return start(input, EmbeddingBody.read(RequestJson.object(body, "body")));
    }

    @Override
    Output text(Input input, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        return start(input, new EmbeddingBody(List.of(text), "", false, EmbeddingOptions.defaults()));
    }

    private Output start(Input input, EmbeddingBody body) {
        Output output = output("application/json");
        CompletableFuture<List<Embedding>> vectors = model.embedder().embedAsync(body.texts(), body.options());
        WholeBytes.Form<List<Embedding>> form =
                parts -> EmbeddingJson.bytes(parts.get(0), model.getName(), body.base64());
        output.add(new WholeBytes<>(input, output, List.of(vectors), form, RequestHandler::error));
        return output;
    }
}
