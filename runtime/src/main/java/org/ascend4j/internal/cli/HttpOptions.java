package org.ascend4j.internal.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.internal.serve.ApiServer;
import org.ascend4j.internal.serve.ServerOptions;
import picocli.CommandLine.Option;

/** Where and to whom a model is served. */
final class HttpOptions {
    private static final String FILE_ENDING = ".gguf";
    private static final int LONGEST_RECEIPT_SECONDS = 60;

    @Option(
            names = "--host",
            paramLabel = "H",
            defaultValue = "127.0.0.1",
            description = "The address to listen at; 0.0.0.0 for all of this host's (default: 127.0.0.1).")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8000",
            description = "The port to listen at, 0 for one that is free (default: 8000).")
    private int port;

    @Option(
            names = "--served-model-name",
            paramLabel = "NAME",
            description = "What requests call the model (default: its name, or its file's without .gguf).")
    private String servedName;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "Requests have to bring it; may be given again (default: ASCEND4J_API_KEY, keys with commas"
                    + " between, which keeps them out of the list of processes; without any all requests are taken).")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--rate-limit",
            paramLabel = "N",
            defaultValue = "0",
            description = "Most requests of a key in a minute, 0 for no limit (default: 0).")
    private int rateLimit;

    @Option(
            names = "--max-concurrent-requests",
            paramLabel = "N",
            defaultValue = "1024",
            description = "Most requests at once, waiting ones included; more are refused (default: 1024).")
    private int mostRequests;

    @Option(
            names = "--max-body-bytes",
            paramLabel = "N",
            defaultValue = "16777216",
            description = "Longest body of a request (default: 16777216).")
    private int mostBodyBytes;

    @Option(
            names = "--request-timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "Longest time from a request to its whole answer, 0 for any (default: 600).")
    private int timeout;

    @Option(
            names = "--access-log",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Whether stderr gets a line for each request; prompts are never in it (default: it does).")
    private boolean accessLog = true;

    @Option(
            names = "--cors-origin",
            paramLabel = "ORIGIN",
            description = "Pages of this origin may use the server; * for all; may be given again (default: none may).")
    private List<String> origins = new ArrayList<>();

    @Option(
            names = "--embedding-model",
            paramLabel = "MODEL",
            description = "A second model, a file or a folder, for /v1/embeddings (default: none).")
    private String embeddingModel;

    /** Null if none is wanted. */
    String embeddingModel() {
        return embeddingModel;
    }

    /** @throws UsageException if a value is out of range */
    ServerOptions toOptions(String model, String keysOfEnvironment) {
        List<String> all = new ArrayList<>(keys);
        if (all.isEmpty() && keysOfEnvironment != null && !keysOfEnvironment.isEmpty()) {
            all.addAll(List.of(keysOfEnvironment.split(",")));
        }
        try {
            return new ServerOptions(
                    host,
                    port,
                    servedName == null ? nameOf(model) : servedName,
                    all,
                    rateLimit,
                    mostRequests,
                    mostBodyBytes,
                    Duration.ofSeconds(timeout),
                    accessLog,
                    embeddingModel == null ? "" : nameOf(embeddingModel),
                    origins);
        } catch (InvalidRequestException wrong) {
            throw new UsageException(wrong.getMessage(), wrong);
        }
    }

    private static String nameOf(String model) {
        String name = model.substring(model.lastIndexOf('/') + 1);
        return name.endsWith(FILE_ENDING) ? name.substring(0, name.length() - FILE_ENDING.length()) : name;
    }

    /** The JDK's server and the log look at properties when they are first used. */
    void prepare() {
        // Events are short; Nagle's algorithm would hold each back for the last one's acknowledgement.
        prefer("sun.net.httpserver.nodelay", "true");
        prefer("sun.net.httpserver.maxReqTime", Integer.toString(LONGEST_RECEIPT_SECONDS));
        prefer("org.slf4j.simpleLogger.log." + ApiServer.ACCESS_LOG, "info");
    }

    private static void prefer(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
