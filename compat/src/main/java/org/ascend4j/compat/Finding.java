package org.ascend4j.compat;

import java.util.Objects;

/**
 * One thing the guard has to say. Texts are printable ASCII and never null; an empty one does not apply.
 *
 * @param id a stable name, for example {@code cann.version}
 * @param severity how much it weighs
 * @param subject what it is about
 * @param expected what the release asks for
 * @param found what the host has
 * @param source the file or place where that was found
 * @param cause why it is so, one sentence; empty if the host simply fits
 * @param action what to do about it; empty if there is nothing to do
 */
public record Finding(
        String id,
        Severity severity,
        String subject,
        String expected,
        String found,
        String source,
        String cause,
        String action) {

    public Finding {
        id = Texts.printable(Objects.requireNonNull(id, "id"));
        Objects.requireNonNull(severity, "severity");
        subject = Texts.printable(Objects.requireNonNull(subject, "subject"));
        expected = Texts.printable(Objects.requireNonNull(expected, "expected"));
        found = Texts.printable(Objects.requireNonNull(found, "found"));
        source = Texts.printable(Objects.requireNonNull(source, "source"));
        cause = Texts.printable(Objects.requireNonNull(cause, "cause"));
        action = Texts.printable(Objects.requireNonNull(action, "action"));
    }
}
