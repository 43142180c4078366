package org.ascend4j.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keeps repositories of a hub in the cache: {@code hub/owner--name/COMMIT} is a folder that appears when all its files are
 * there and right, and {@code hub/owner--name/refs} tells which commit a branch or tag was last seen at, for when the hub
 * cannot be asked.
 */
final class HubPull {
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    private final Path root;
    private final HubSettings settings;
    private final HubClient client;

    HubPull(Path cache, HubSettings settings) {
        this.root = cache.resolve("hub");
        this.settings = settings;
        this.client = new HubClient(settings);
    }

    /**
     * The folder of a repository at a revision, or the file if only one GGUF file is wanted.
     *
     * @param patterns which files; empty for what a model needs
     */
    Path pull(HubName name, List<String> patterns, PullListener listener) {
        Path home = root.resolve(name.folder());
        try {
            if (settings.offline()) {
                return kept(home, name, patterns);
            }
            settings.requireEndpoint();
            Files.createDirectories(home);
            PullLock lock = PullLock.acquire(root.resolve("." + name.folder() + ".lock"), listener);
            try {
                return fetch(home, name, patterns, listener);
            } finally {
                lock.release();
            }
        } catch (IOException failed) {
            throw new PullException(
                    name + " could not be pulled: " + (failed.getMessage() == null ? failed : failed.getMessage()),
                    failed);
        }
    }

    private Path kept(Path home, HubName name, List<String> patterns) throws IOException {
        Path reference = reference(home, name);
        String commit = COMMIT.matcher(name.revision()).matches()
                ? name.revision()
                : Files.isRegularFile(reference) ? Files.readString(reference).strip() : "";
        Path folder = home.resolve(key(commit, patterns));
        if (!COMMIT.matcher(commit).matches() || !Files.isDirectory(folder)) {
            throw new PullException(name + " is not in the cache, and HF_HUB_OFFLINE forbids to ask for it");
        }
        return model(folder);
    }

    private static Path reference(Path home, HubName name) {
        return home.resolve("refs").resolve(name.revision().replace("/", "--"));
    }

    /** Other files of a commit make another folder. */
    private static String key(String commit, List<String> patterns) {
        return patterns.isEmpty() ? commit : commit + "-" + Integer.toHexString(patterns.hashCode());
    }

    private Path fetch(Path home, HubName name, List<String> patterns, PullListener listener) throws IOException {
        if (COMMIT.matcher(name.revision()).matches()) {
            Path folder = home.resolve(key(name.revision(), patterns));
            if (Files.isDirectory(folder)) {
                return model(folder);
            }
        }
        listener.stage("asking for " + name);
        HubSnapshot snapshot = ask(name, home.resolve("scratch"));
        Path folder = home.resolve(key(snapshot.commit(), patterns));
        if (!Files.isDirectory(folder)) {
            List<HubFile> wanted = wanted(name, snapshot, patterns);
            Path growing = home.resolve(folder.getFileName() + ".part");
            transfer(name, snapshot.commit(), wanted, growing, listener);
            Files.move(growing, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        remember(reference(home, name), snapshot.commit());
        return model(folder);
    }

    private HubSnapshot ask(HubName name, Path scratch) throws IOException {
        for (int tries = 1; ; tries++) {
            try {
                return client.snapshot(name, scratch);
            } catch (IOException failed) {
                if (tries == HubTransfer.MOST_TRIES) {
                    throw failed;
                }
                HubTransfer.pause(settings, failed, tries);
            }
        }
    }

    private static List<HubFile> wanted(HubName name, HubSnapshot snapshot, List<String> patterns) {
        List<HubFile> wanted = snapshot.matching(patterns.isEmpty() ? HubSnapshot.NEEDED : patterns);
        boolean weights = wanted.stream().anyMatch(file -> file.name().endsWith(".safetensors"));
        if (wanted.isEmpty() || patterns.isEmpty() && !weights) {
            List<String> gguf = snapshot.matching(List.of("*.gguf")).stream()
                    .map(HubFile::name)
                    .limit(20)
                    .toList();
            throw new PullException(name + " has no "
                    + (patterns.isEmpty() ? "safetensors weights" : "file " + String.join(", ", patterns))
                    + (gguf.isEmpty()
                            ? ""
                            : "; choose one of its GGUF files with --include: " + String.join(", ", gguf)));
        }
        return wanted;
    }

    private void transfer(HubName name, String commit, List<HubFile> files, Path folder, PullListener listener)
            throws IOException {
        Files.createDirectories(folder);
        long total = files.stream().mapToLong(file -> Math.max(0, file.bytes())).sum();
        long space = Files.getFileStore(folder).getUsableSpace();
        if (total > space) {
            throw new PullException(
                    name + " takes " + total + " bytes, and the cache has room for " + space + ": free some");
        }
        HubTransfer transfer = new HubTransfer(client, settings, name, commit);
        long done = 0;
        for (HubFile file : files) {
            listener.stage("downloading " + file.name());
            long before = done;
            Path target = folder.resolve(file.name()).normalize();
            if (!target.startsWith(folder)) {
                throw new PullException(name + ": file " + file.name() + " would lie outside its folder");
            }
            transfer.fetch(file, target, here -> listener.progress(Math.min(before + here, total), total));
            done += Math.max(0, file.bytes());
        }
    }

    private static void remember(Path reference, String commit) throws IOException {
        Files.createDirectories(reference.getParent());
        Path fresh = reference.resolveSibling(reference.getFileName() + ".new");
        Files.writeString(fresh, commit + "\n");
        Files.move(fresh, reference, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The folder, or its file if that is all there is. */
    private static Path model(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> all = files.toList();
            return all.size() == 1 && all.get(0).toString().endsWith(".gguf") ? all.get(0) : folder;
        }
    }
}
