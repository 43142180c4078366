package org.ascend4j.compat.probe;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ascend4j.compat.version.Pep440Version;

/**
 * Reads what is installed in a directory of Python packages: {@code dist-info}, {@code egg-info},
 * {@code egg-link}, {@code .pth} lines, and the version that a package's own source states. The
 * metadata decides, not the name of its directory, which a renamed wheel may have got wrong.
 */
final class DistributionScan {
    /** Bounds on what a hostile tree may make the scan read; real hosts stay far below. */
    private static final int MAX_COPIES = 16;

    private static final int MAX_LINKS = 64;

    /** Distribution names, normalised. */
    private static final Map<String, Subject> PACKAGES = Map.of(
            "torch", Subject.TORCH,
            "torch_npu", Subject.TORCH_NPU,
            "vllm", Subject.VLLM,
            "vllm_ascend", Subject.VLLM_ASCEND,
            "triton_ascend", Subject.TRITON_ASCEND,
            "triton", Subject.TRITON,
            "mooncake_transfer_engine", Subject.MOONCAKE,
            "mooncake_transfer_engine_npu", Subject.MOONCAKE,
            "numpy", Subject.NUMPY);

    /** Files in which a package states its own version. */
    private static final Map<Subject, List<String>> SOURCES = Map.of(
            Subject.TORCH, List.of("torch/version.py"),
            Subject.TORCH_NPU, List.of("torch_npu/version.py"),
            Subject.VLLM, List.of("vllm/_version.py", "vllm/version.py"),
            Subject.VLLM_ASCEND, List.of("vllm_ascend/_version.py"));

    private static final Pattern OWN_VERSION =
            Pattern.compile("(?m)^(?:__version__|version)\\b[^=\\n]{0,40}=\\s{0,8}(?:version\\s{0,8}=\\s{0,8})?"
                    + "['\"]([^'\"\\n]{1,80})['\"]");
    private static final Pattern BUILD_CHIP =
            Pattern.compile("(?m)^__(?:device_type|soc_version)__\\s{0,8}=\\s{0,8}['\"]([^'\"\\n]{1,40})['\"]");
    private static final Pattern EDITABLE = Pattern.compile("\"editable\"\\s{0,8}:\\s{0,8}true");
    private static final Pattern FILE_URL = Pattern.compile("\"url\"\\s{0,8}:\\s{0,8}\"file://(/[^\"]{0,2000})\"");

    private final HostTree tree;

    DistributionScan(HostTree tree) {
        this.tree = tree;
    }

    /** What is installed in a directory and in those that its {@code .pth} files add. */
    List<Fact> facts(String packages) {
        Set<String> directories = new LinkedHashSet<>(List.of(packages));
        List<Fact> facts = new ArrayList<>();
        List<String> names = tree.list(packages);
        for (String name : names) {
            if (name.endsWith(".pth") && directories.size() < MAX_LINKS) {
                directories.addAll(linkedDirectories(packages, name));
            }
        }
        for (String directory : directories) {
            List<String> entries = directory.equals(packages) ? names : tree.list(directory);
            for (String name : entries) {
                if (facts.size() < MAX_COPIES) {
                    distribution(directory, name).ifPresent(facts::add);
                }
            }
        }
        // A source's own statement counts where the metadata says otherwise, or nothing.
        for (String directory : directories) {
            SOURCES.forEach((subject, files) -> files.forEach(
                    file -> ownVersion(subject, directory + "/" + file, facts).ifPresent(facts::add)));
            chip(directory + "/vllm_ascend/_build_info.py").ifPresent(facts::add);
        }
        return facts;
    }

    private List<String> linkedDirectories(String packages, String name) {
        List<String> directories = new ArrayList<>();
        for (String line : tree.read(packages + "/" + name).text().split("\r\n|\n|\r")) {
            if (line.startsWith("/")
                    && directories.size() < MAX_LINKS
                    && tree.find(line.strip()).isDirectory()) {
                directories.add(line.strip());
            }
        }
        return directories;
    }

    private Optional<Fact> distribution(String packages, String name) {
        String path = packages + "/" + name;
        int suffix = name.lastIndexOf('.');
        int dash = name.indexOf('-');
        String stem = suffix <= 0 ? name : name.substring(0, dash > 0 && dash < suffix ? dash : suffix);
        Subject subject = PACKAGES.get(normalised(stem));
        if (subject == null || suffix <= 0) {
            return Optional.empty();
        }
        return switch (name.substring(suffix)) {
            case ".dist-info" -> metadata(subject, path, path + "/METADATA");
            case ".egg-info" -> metadata(subject, path, tree.isDirectory(path) ? path + "/PKG-INFO" : path);
            case ".egg" -> metadata(subject, path, path + "/EGG-INFO/PKG-INFO");
            case ".egg-link" -> linked(subject, stem, path);
            default -> Optional.empty();
        };
    }

    /** {@code setup.py develop} leaves a file with the directory of the sources. */
    private Optional<Fact> linked(Subject subject, String stem, String path) {
        String target = tree.read(path).text().split("\r\n|\n|\r", 2)[0].strip();
        if (!target.startsWith("/")) {
            return Optional.of(Fact.unknown(subject, path, "it leads to no absolute directory"));
        }
        String info = target + "/" + normalised(stem) + ".egg-info/PKG-INFO";
        return metadata(subject, path, info).map(fact -> withNote(fact, "editable install of " + target));
    }

    static String normalised(String name) {
        return name.toLowerCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /**
     * The version in the metadata's header; the directory's name only says what to expect. Empty if the
     * header names another package.
     */
    private Optional<Fact> metadata(Subject expected, String directory, String file) {
        FileText metadata = tree.read(file);
        if (!metadata.isRead()) {
            return Optional.of(Fact.unknown(expected, metadata.path(), metadata.problem()));
        }
        String[] parts = metadata.text().split("\r?\n\r?\n", 2);
        FileText header = new FileText(metadata.path(), FileText.Status.READ, parts[0], false, "");
        List<String> names = header.values("Name", ':');
        Subject subject = names.isEmpty() ? expected : PACKAGES.get(normalised(names.get(0)));
        if (subject == null) {
            return Optional.empty();
        }
        Fact fact = version(subject, header);
        if (subject == Subject.MOONCAKE
                && !names.isEmpty()
                && !normalised(names.get(0)).endsWith("_npu")) {
            fact = withNote(fact, "distribution " + names.get(0));
        }
        return Optional.of(editable(fact, directory));
    }

    private static Fact version(Subject subject, FileText header) {
        List<String> versions =
                header.values("Version", ':').stream().distinct().toList();
        if (versions.size() != 1) {
            String count = versions.isEmpty() ? "no Version" : versions.size() + " Versions";
            return Fact.unknown(subject, header.path(), count + " in its header");
        }
        return Pep440Version.tryParse(versions.get(0)).isPresent()
                ? Fact.found(subject, versions.get(0), header.path(), "")
                : Fact.unknown(subject, header.path(), "Version: " + versions.get(0) + " is not PEP 440");
    }

    private Fact editable(Fact fact, String directory) {
        String url = tree.read(directory + "/direct_url.json").text();
        Matcher location = FILE_URL.matcher(url);
        return EDITABLE.matcher(url).find() && location.find()
                ? withNote(fact, "editable install of " + decoded(location.group(1)))
                : fact;
    }

    private static String decoded(String url) {
        try {
            return java.net.URLDecoder.decode(url.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return url;
        }
    }

    private Optional<Fact> ownVersion(Subject subject, String file, List<Fact> known) {
        FileText text = tree.read(file);
        Matcher matcher = OWN_VERSION.matcher(text.text());
        if (!text.isRead() || !matcher.find()) {
            return Optional.empty();
        }
        Optional<Pep440Version> own = Pep440Version.tryParse(matcher.group(1)).map(Pep440Version::publicPart);
        boolean agrees = known.stream()
                .filter(fact -> fact.subject() == subject && fact.state() == Fact.State.FOUND)
                .anyMatch(fact -> Pep440Version.tryParse(fact.value())
                        .map(Pep440Version::publicPart)
                        .equals(own));
        return own.isEmpty() || agrees
                ? Optional.empty()
                : Optional.of(Fact.found(subject, matcher.group(1), file, "by its own source"));
    }

    private Optional<Fact> chip(String file) {
        Matcher matcher = BUILD_CHIP.matcher(tree.read(file).text());
        return matcher.find()
                ? Optional.of(Fact.found(Subject.WHEEL_CHIP, matcher.group(1), file, ""))
                : Optional.empty();
    }

    private static Fact withNote(Fact fact, String note) {
        String notes = fact.note().isEmpty() ? note : fact.note() + "; " + note;
        return new Fact(fact.subject(), fact.state(), fact.value(), fact.source(), notes);
    }
}
