package org.ascend4j.internal.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.ascend4j.Embedder;
import org.ascend4j.Llm;
import org.ascend4j.LoadedAdapter;
import org.ascend4j.internal.openai.ResponseJson;

/** What there is to ask: the model, the one that embeds, and each adapter under a name of its own. Thread-safe. */
final class ServedModels {
    private final Llm llm;
    private final Embedder embedder;
    private final ServerOptions options;
    private final long startSeconds = System.currentTimeMillis() / 1000;

    /** @param embedder null if there is none */
    ServedModels(Llm llm, Embedder embedder, ServerOptions options) {
        this.llm = llm;
        this.embedder = embedder;
        this.options = options;
    }

    /** The names that stay as they are while the server runs. */
    List<String> fixed() {
        return embedder == null ? List.of(options.model()) : List.of(options.model(), options.embeddingModel());
    }

    boolean isAdapter(String name) {
        return adapters().contains(name);
    }

    private List<String> adapters() {
        return llm.adapters().stream().map(LoadedAdapter::name).toList();
    }

    byte[] list() {
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeStringField("object", "list");
            json.writeArrayFieldStart("data");
            for (String name : fixed()) {
                write(json, name);
            }
            for (String adapter : adapters()) {
                write(json, adapter);
            }
            json.writeEndArray();
            json.writeEndObject();
        });
    }

    byte[] one(String name) {
        return ResponseJson.bytes(json -> write(json, name));
    }

    private void write(JsonGenerator json, String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", name);
        json.writeStringField("object", "model");
        json.writeNumberField("created", startSeconds);
        json.writeStringField("owned_by", "ascend4j");
        boolean embeds = embedder != null && name.equals(options.embeddingModel());
        json.writeNumberField("max_model_len", embeds ? embedder.contextLength() : llm.contextLength());
        if (!fixed().contains(name)) {
            json.writeStringField("parent", options.model());
        }
        json.writeEndObject();
    }
}
