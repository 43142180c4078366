package org.ascend4j.djl;

import ai.djl.modality.Output;
import org.ascend4j.internal.serve.ApiError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures as outputs: the code is an HTTP status, the body OpenAI's error object. */
final class ErrorOutput {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorOutput.class);

    private ErrorOutput() {}

    /** An output that is nothing but a failure. */
    static Output of(ApiError error) {
        Output output = new Output();
        output.add(set(output, error));
        return output;
    }

    /** Makes an output a failure and gives the body that says so. */
    static byte[] set(Output output, ApiError error) {
        if (error.internal()) {
            LOG.warn("a request failed: {}", error.getMessage(), error.getCause());
        }
        output.setCode(error.status());
        output.setMessage(error.code());
        output.addProperty("Content-Type", "application/json");
        if (error.retryAfter() != null) {
            output.addProperty(
                    "Retry-After", Long.toString(Math.max(1, error.retryAfter().toSeconds())));
        }
        return error.toJson();
    }
}
