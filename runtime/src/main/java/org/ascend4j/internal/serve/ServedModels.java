package org.ascend4j.internal.serve;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import org.ascend4j.Llm;
import org.ascend4j.LoadedAdapter;
import org.ascend4j.internal.openai.ResponseJson;

/** What there is to ask: the model, and each adapter of it under a name of its own. Thread-safe. */
final class ServedModels {
    private final Llm llm;
    private final String model;
    private final long startSeconds = System.currentTimeMillis() / 1000;

    /** @param model the name that the model itself is served under */
    ServedModels(Llm llm, String model) {
        this.llm = llm;
        this.model = model;
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
            write(json, model);
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
        json.writeNumberField("max_model_len", llm.contextLength());
        if (!name.equals(model)) {
            json.writeStringField("parent", model);
        }
        json.writeEndObject();
    }
}
