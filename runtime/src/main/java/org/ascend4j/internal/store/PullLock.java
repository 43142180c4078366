package org.ascend4j.internal.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/** Lets one pull of a model run at a time, among the threads of this process and among processes. */
final class PullLock {
    private static final String WAITING = "waiting for another pull";

    /** File locks belong to processes: threads are kept apart by these, one for each lock file. */
    private static final ConcurrentMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

    private final ReentrantLock threads;
    private final FileChannel channel;

    private PullLock(ReentrantLock threads, FileChannel channel) {
        this.threads = threads;
        this.channel = channel;
    }

    /** Waits for the lock; says so first if another pull holds it. The file stays: removing it would be a race. */
    static PullLock acquire(Path file, PullListener listener) throws IOException {
        ReentrantLock threads = THREADS.computeIfAbsent(file.toAbsolutePath(), key -> new ReentrantLock());
        if (!threads.tryLock()) {
            listener.stage(WAITING);
            threads.lock();
        }
        try {
            return new PullLock(threads, lock(file, listener));
        } catch (IOException | RuntimeException failed) {
            threads.unlock();
            throw failed;
        }
    }

    private static FileChannel lock(Path file, PullListener listener) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        try {
            if (channel.tryLock() == null) {
                listener.stage(WAITING);
                channel.lock();
            }
            return channel;
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    /** Closing the channel gives the file's lock back. */
    void release() throws IOException {
        try {
            channel.close();
        } finally {
            threads.unlock();
        }
    }
}
