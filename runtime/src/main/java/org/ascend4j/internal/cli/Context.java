package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.ascend4j.Embedder;
import org.ascend4j.Reranker;
import org.ascend4j.internal.store.ModelStore;

/**
 * What a command works with.
 *
 * @param streams where it reads and writes
 * @param store finds models; asked for when needed, since a host without a home has none
 * @param backend opens models
 */
record Context(Streams streams, Supplier<ModelStore> store, Backend backend) {
    /** The file of a model, pulled if it is a known one that is not there yet. */
    Path file(String model) {
        ProgressBar bar = new ProgressBar(streams, model);
        try {
            return store.get().resolve(model, bar);
        } finally {
            bar.clear();
        }
    }

    /** The place of a hub's repository, pulled if it is not there yet. */
    Path repository(String model, String revision, List<String> patterns) {
        ProgressBar bar = new ProgressBar(streams, model);
        try {
            return store.get().resolve(model, revision, patterns, bar);
        } finally {
            bar.clear();
        }
    }

    /** Opens a model with a progress bar, and passes on what the guard has to say. */
    Session open(ModelOptions model) {
        Path file = file(model.name());
        ProgressBar bar = new ProgressBar(streams, "loading " + model.name());
        Session session;
        try {
            session = backend.open(file, model.toOptions(), bar::progress);
        } finally {
            bar.clear();
        }
        GuardNote.write(session.compatibility(), streams);
        return session;
    }

    /** As {@link #open}, for vectors. */
    Embedder openEmbedder(ModelOptions model) {
        Path file = file(model.name());
        ProgressBar bar = new ProgressBar(streams, "loading " + model.name());
        Embedder embedder;
        try {
            embedder = backend.embedder(file, model.toOptions(), bar::progress);
        } finally {
            bar.clear();
        }
        GuardNote.write(embedder.compatibility(), streams);
        return embedder;
    }

    /** As {@link #open}, for scores of pairs. */
    Reranker openReranker(ModelOptions model) {
        Reranker reranker = backend.reranker(file(model.name()), model.toOptions());
        GuardNote.write(reranker.compatibility(), streams);
        return reranker;
    }
}
