package org.ascend4j.internal.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
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
        return withBar(model, bar -> store.get().resolve(model, bar));
    }

    /** The place of a hub's repository, pulled if it is not there yet. */
    Path repository(String model, String revision, List<String> patterns) {
        return withBar(model, bar -> store.get().resolve(model, revision, patterns, bar));
    }

    /** Opens a model and its adapters with a progress bar, and passes on what the guard has to say. */
    Session open(ModelOptions model) {
        Path file = file(model.name());
        Session session =
                withBar("loading " + model.name(), bar -> backend.open(file, model.toOptions(), bar::progress));
        GuardNote.write(session.device(), session::compatibility, streams);
        try {
            model.loras().load(session);
        } catch (RuntimeException wrong) {
            session.close();
            throw wrong;
        }
        return session;
    }

    /** As {@link #open}, for vectors. */
    Embedder openEmbedder(ModelOptions model) {
        Path file = file(model.name());
        Embedder embedder =
                withBar("loading " + model.name(), bar -> backend.embedder(file, model.toOptions(), bar::progress));
        GuardNote.write(embedder.device(), embedder::compatibility, streams);
        return embedder;
    }

    private <T> T withBar(String task, Function<ProgressBar, T> work) {
        ProgressBar bar = new ProgressBar(streams, task);
        try {
            return work.apply(bar);
        } finally {
            bar.clear();
        }
    }

    /** As {@link #open}, for scores of pairs. */
    Reranker openReranker(ModelOptions model) {
        Reranker reranker = backend.reranker(file(model.name()), model.toOptions());
        GuardNote.write(reranker.device(), reranker::compatibility, streams);
        return reranker;
    }
}
