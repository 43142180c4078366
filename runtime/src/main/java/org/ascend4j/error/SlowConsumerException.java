package org.ascend4j.error;

/** An answer's reader fell too far behind, so its request was ended; what was generated until then has been delivered. */
public class SlowConsumerException extends AscendException {
    private static final long serialVersionUID = 1L;

    public SlowConsumerException(String message) {
        super(message);
    }
}
