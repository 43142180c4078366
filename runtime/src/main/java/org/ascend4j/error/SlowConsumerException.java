package org.ascend4j.error;

/** An answer's reader fell too far behind, so its request was ended. What was buffered by then can still be read. */
public class SlowConsumerException extends AscendException {
    private static final long serialVersionUID = 1L;

    public SlowConsumerException(String message) {
        super(message);
    }
}
