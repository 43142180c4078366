package org.ascend4j.internal.store;

/** Hears what a pull is doing; called on the pulling thread. */
public interface PullListener {
    /** Hears nothing. */
    PullListener NONE = new PullListener() {
        @Override
        public void stage(String what) {}

        @Override
        public void progress(long done, long total) {}

        @Override
        public void output(String text) {}
    };

    /** A new stage begins, such as {@code downloading}. */
    void stage(String what);

    /** How far the stage is, in bytes. */
    void progress(long done, long total);

    /** What a failed tool printed. */
    void output(String text);
}
