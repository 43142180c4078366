package org.ascend4j.djl;

import ai.djl.modality.Input;
import ai.djl.modality.Output;
import ai.djl.ndarray.BytesSupplier;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import org.ascend4j.error.AscendException;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.serve.ApiError;

/** Starts the answers to what a server was sent. Thread-safe. */
abstract class RequestHandler {
    /** Starts an answer to JSON; throws if nothing was started. */
    abstract Output json(Input input, byte[] body);

    /** Starts an answer to plain text; throws if nothing was started. */
    abstract Output text(Input input, byte[] body);

    /** @return the answer, or the refusal */
    final Output start(Input input) {
        try {
            BytesSupplier data = input.getData();
            if (data == null) {
                throw new InvalidRequestException("body", "found nothing, expected JSON or text");
            }
            byte[] body = data.getAsBytes();
            return isJson(input, body) ? json(input, body) : text(input, body);
        } catch (AscendException refused) {
            return ErrorOutput.of(ApiError.of(refused));
        }
    }

    private static boolean isJson(Input input, byte[] body) {
        String type = input.getProperty("Content-Type", "").toLowerCase(Locale.ROOT);
        if (type.isEmpty()) {
            return body.length > 0 && body[0] == '{';
        }
        return type.startsWith("application/json");
    }

    /** An output whose body will be of a type. */
    static Output output(String type) {
        Output output = new Output();
        output.addProperty("Content-Type", type);
        return output;
    }

    /** What a failure means for who asked. */
    static ApiError error(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof CancellationException ? ApiError.gone() : ApiError.of(cause);
    }

    static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof ExecutionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
