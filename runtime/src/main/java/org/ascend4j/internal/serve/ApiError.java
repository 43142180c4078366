package org.ascend4j.internal.serve;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.ascend4j.FinishReason;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.OverloadedException;
import org.ascend4j.error.SlowConsumerException;
import org.ascend4j.error.UnavailableException;
import org.ascend4j.internal.acl.AclException;
import org.ascend4j.internal.openai.ResponseJson;

/** What a client is told in place of an answer, in OpenAI's shape, whichever door it came through. */
public final class ApiError extends Exception {
    private static final long serialVersionUID = 1L;

    /** Nobody reads it; for the log, as nginx has it. */
    static final int CLIENT_GONE = 499;

    private static final Set<String> PROMPTS = Set.of("prompt", "messages");

    private static final Duration SOON = Duration.ofSeconds(1);

    private final int status;
    private final String type;
    private final String code;
    private final String param;
    private final transient Duration retryAfter;

    private ApiError(int status, String type, String code, String param, String message, Duration retryAfter) {
        this(status, type, code, param, message, retryAfter, null);
    }

    /** Without a trace of its own: refusals are many when there is least time for them. */
    private ApiError(
            int status, String type, String code, String param, String message, Duration retryAfter, Throwable cause) {
        super(message, cause, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.param = param;
        this.retryAfter = retryAfter;
    }

    /** The request is wrong, whoever sends it. */
    static ApiError request(int status, String code, String param, String message) {
        return new ApiError(status, "invalid_request_error", code, param, message, null);
    }

    static ApiError rateLimit(String message, Duration retryAfter) {
        return new ApiError(429, "requests", "rate_limit_exceeded", null, message, retryAfter);
    }

    static ApiError overloaded(String message, Duration retryAfter) {
        return new ApiError(503, "server_error", "overloaded", null, message, retryAfter);
    }

    static ApiError draining() {
        return new ApiError(503, "server_error", "draining", null, "the server is shutting down", SOON);
    }

    static ApiError timeout() {
        return new ApiError(
                504, "server_error", "timeout", null, "the answer took longer than the server allows", null);
    }

    /** Nobody waits for the answer any more. */
    public static ApiError gone() {
        return new ApiError(CLIENT_GONE, "invalid_request_error", "cancelled", null, "the request was cancelled", null);
    }

    /** An answer that was broken off is no answer. */
    public static void requireEnded(FinishReason reason) throws ApiError {
        if (reason == FinishReason.DEADLINE) {
            throw timeout();
        }
        if (reason == FinishReason.CANCELLED) {
            throw draining();
        }
    }

    /** What an exception of the library means for who asked. Details of the host stay in the log. */
    public static ApiError of(Throwable thrown) {
        Throwable cause = thrown;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof ApiError known) {
            return known;
        }
        if (cause instanceof InvalidRequestException wrong) {
            String message = wrong.getMessage();
            boolean tooLong = PROMPTS.contains(wrong.field()) && message.contains("context");
            return request(400, tooLong ? "context_length_exceeded" : "invalid_value", wrong.field(), message);
        }
        if (cause instanceof OverloadedException full) {
            return overloaded(full.getMessage(), full.retryAfter());
        }
        if (cause instanceof UnavailableException) {
            return new ApiError(503, "server_error", "unavailable", null, "the model takes no requests now", SOON);
        }
        if (cause instanceof SlowConsumerException slow) {
            return new ApiError(408, "server_error", "slow_reader", null, slow.getMessage(), null);
        }
        if (outOfDeviceMemory(cause)) {
            return failure(507, "device_memory", "the device has too little memory for this", cause);
        }
        return failure(500, "internal_error", "the request failed; see the log", cause);
    }

    private static ApiError failure(int status, String code, String message, Throwable cause) {
        return new ApiError(status, "server_error", code, null, message, null, cause);
    }

    private static boolean outOfDeviceMemory(Throwable thrown) {
        int depth = 0;
        for (Throwable cause = thrown; cause != null && depth < 16; cause = cause.getCause()) {
            if (cause instanceof AclException failed && isMemory(failed.code())) {
                return true;
            }
            depth++;
        }
        return false;
    }

    /** CANN's codes of allocations that did not succeed (rt_error_codes.h, acl_base.h). */
    private static boolean isMemory(int code) {
        return code == 200000 || code == 207001 || code == 207018;
    }

    public int status() {
        return status;
    }

    /** What went wrong, in one word. */
    public String code() {
        return code;
    }

    /** Null if trying again is of no use. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** Whether the fault is this side's and worth a line in its log. */
    public boolean internal() {
        return status == 500 || status == 507;
    }

    public byte[] toJson() {
        return ResponseJson.bytes(json -> {
            json.writeStartObject();
            json.writeObjectFieldStart("error");
            json.writeStringField("message", wellFormed(getMessage()));
            json.writeStringField("type", type);
            if (param == null) {
                json.writeNullField("param");
            } else {
                json.writeStringField("param", wellFormed(param));
            }
            json.writeStringField("code", code);
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    /** What a request holds may be half of a surrogate pair, which UTF-8 cannot carry. */
    private static String wellFormed(String text) {
        return new String(
                text.getBytes(java.nio.charset.StandardCharsets.UTF_8), java.nio.charset.StandardCharsets.UTF_8);
    }
}
