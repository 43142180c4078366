package org.ascend4j.compat.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Asks the Python that was found for its number and its packages: isolated, without site, with an
 * empty environment, by its absolute path, and never one that others may replace.
 */
final class PythonProcess {
    private static final long LIMIT_MILLIS = 2_000;
    private static final String SCRIPT = String.join(
            "\n",
            "import sys",
            "from importlib import metadata",
            "print('ascend4j:python=' + '.'.join(map(str, sys.version_info[:3])), flush=True)",
            "for name in ('torch', 'torch_npu', 'vllm', 'vllm_ascend', 'triton_ascend', 'numpy'):",
            "    for found in metadata.distributions(name=name, path=sys.argv[1:]):",
            "        print('ascend4j:' + name + '=' + str(found.version), flush=True)",
            "print('ascend4j:end', flush=True)");
    private static final Map<String, Subject> SUBJECTS = Map.of(
            "python", Subject.PYTHON,
            "torch", Subject.TORCH,
            "torch_npu", Subject.TORCH_NPU,
            "vllm", Subject.VLLM,
            "vllm_ascend", Subject.VLLM_ASCEND,
            "triton_ascend", Subject.TRITON_ASCEND,
            "numpy", Subject.NUMPY);

    private final HostTree tree;

    PythonProcess(HostTree tree) {
        this.tree = tree;
    }

    List<Fact> facts(PythonInstallation installation) {
        for (String name : List.of("python" + installation.version(), "python3")) {
            String path = installation.prefix() + "/bin/" + name;
            HostTree.Entry entry = tree.find(path);
            if (entry.kind() == HostTree.Kind.FILE) {
                return whoMayWrite(entry)
                        .map(who -> List.of(
                                Fact.unknown(Subject.LIVE_PROBE, path, "not started: " + who + " may write it")))
                        .orElseGet(() -> ask(path, installation.packages()));
            }
        }
        return List.of(Fact.unknown(Subject.LIVE_PROBE, installation.prefix() + "/bin", "no python there to ask"));
    }

    private static Optional<String> whoMayWrite(HostTree.Entry entry) {
        try {
            for (Path path : List.of(entry.path(), entry.path().getParent())) {
                if (Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)) {
                    return Optional.of("everybody");
                }
            }
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException unknown) {
            return Optional.of("it cannot be told who");
        }
    }

    private static List<Fact> ask(String interpreter, List<String> packages) {
        List<String> command = new ArrayList<>(List.of(interpreter, "-I", "-S", "-c", SCRIPT));
        command.addAll(packages);
        ChildProcess.Answer answer;
        try {
            answer = ChildProcess.start(command, Map.of(), LIMIT_MILLIS).await();
        } catch (IOException unstartable) {
            answer = new ChildProcess.Answer(List.of(), "it cannot be started: " + unstartable.getMessage());
        }
        List<Fact> facts = new ArrayList<>();
        for (String line : answer.lines()) {
            int at = line.indexOf('=');
            Subject subject = at < 0 ? null : SUBJECTS.get(line.substring(0, at));
            String value = line.substring(at + 1);
            if (subject != null) {
                facts.add(
                        Pep440Version.tryParse(value).isPresent()
                                ? Fact.found(subject, value, interpreter, "asked")
                                : Fact.unknown(subject, interpreter, value + " is not PEP 440"));
            }
        }
        if (!answer.failure().isEmpty()) {
            facts.add(Fact.unknown(Subject.LIVE_PROBE, interpreter, answer.failure()));
        }
        return facts;
    }
}
