package org.ascend4j.internal.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.ascend4j.internal.serve.ServerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code serve}: a model for clients of OpenAI's API. */
@Command(
        name = "serve",
        description = {
            "Serves a model over HTTP as OpenAI's API does: /v1/chat/completions, /v1/completions, /v1/embeddings,"
                    + " /v1/models, /tokenize, /detokenize, /health/live, /health/ready and /metrics; with a page for"
                    + " browsers at /.",
            "SIGTERM finishes running answers, within --grace, before the process ends."
        })
final class ServeCommand implements Callable<Integer> {
    private static final String KEY_VARIABLE = "ASCEND4J_API_KEY";

    private final Context context;

    @Mixin
    private ModelOptions model = new ModelOptions();

    @Mixin
    private HttpOptions http = new HttpOptions();

    @Option(
            names = "--grace",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long running answers may take after SIGTERM (default: 30).")
    private int grace;

    ServeCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServerOptions options = http.toOptions(model.name(), System.getenv(KEY_VARIABLE));
        if (grace < 0 || grace > 86_400) {
            throw new UsageException("--grace: found " + grace + ", expected a whole number from 0 to 86400");
        }
        model.toOptions();
        http.prepare();
        Session session = context.open(model);
        Serving serving;
        try {
            serving = session.serve(
                    options,
                    http.embeddingModel() == null ? null : context.file(http.embeddingModel()),
                    model.toEmbedderOptions());
        } catch (RuntimeException failed) {
            session.close();
            throw failed;
        }
        CountDownLatch ended = new CountDownLatch(1);
        Thread end = new Thread(() -> end(serving, session, ended), "ascend4j-serve-end");
        Runtime.getRuntime().addShutdownHook(end);
        context.streams()
                .note("ascend4j: serving " + options.model() + " at http://" + options.host() + ":" + serving.port()
                        + " on " + session.device().name());
        ended.await();
        return ExitCode.OK;
    }

    private void end(Serving serving, Session session, CountDownLatch ended) {
        context.streams().note("ascend4j: finishing what is running");
        boolean all = serving.drain(Duration.ofSeconds(grace));
        session.close();
        context.streams()
                .note(all ? "ascend4j: all requests were answered" : "ascend4j: some requests were broken off");
        ended.countDown();
    }
}
