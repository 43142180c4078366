package org.ascend4j.internal.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.ascend4j.error.AscendException;
import org.ascend4j.internal.schedule.FinishReason;

/** Keeps what it is told; a second ending, or a token after the end, is kept as a violation. */
final class RecordingSink implements TokenSink {
    final List<Integer> tokens = new CopyOnWriteArrayList<>();
    final List<String> violations = new CopyOnWriteArrayList<>();
    volatile FinishReason reason;
    volatile AscendException cause;
    private final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void token(int id) {
        if (ended.getCount() == 0) {
            violations.add("token " + id + " after the end");
        }
        tokens.add(id);
    }

    @Override
    public void finished(FinishReason why) {
        end("finished " + why);
        reason = why;
        ended.countDown();
    }

    @Override
    public void failed(AscendException why) {
        end("failed " + why);
        cause = why;
        ended.countDown();
    }

    private void end(String what) {
        if (ended.getCount() == 0) {
            violations.add(what + " after the end");
        }
    }

    boolean ended() {
        return ended.getCount() == 0;
    }

    RecordingSink await() throws InterruptedException {
        if (!ended.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("no end after 20 seconds, " + tokens.size() + " tokens so far");
        }
        if (!violations.isEmpty()) {
            throw new AssertionError(violations.toString());
        }
        return this;
    }
}
