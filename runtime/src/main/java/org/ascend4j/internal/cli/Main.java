package org.ascend4j.internal.cli;

import org.ascend4j.internal.store.ModelStore;

/** The entry of the runnable jar. */
public final class Main {
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Main() {}

    public static void main(String[] arguments) {
        // Loggers read it when the first of them is made; stderr is for what the user has to know.
        if (System.getProperty(LOG_LEVEL) == null) {
            System.setProperty(LOG_LEVEL, "warn");
        }
        Context context = new Context(Streams.ofProcess(), ModelStore::ofUser, new LlmBackend());
        System.exit(new CommandRunner(context).run(arguments));
    }
}
