package org.ascend4j.spring;

import org.ascend4j.compat.GuardMode;
import org.ascend4j.compat.IncompatibleStackException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Tells why an application does not start on a stack that the guard refuses, and what to do about it. */
public final class IncompatibleStackFailureAnalyzer extends AbstractFailureAnalyzer<IncompatibleStackException> {
    @Override
    protected FailureAnalysis analyze(Throwable failure, IncompatibleStackException refused) {
        String description =
                "The installed Ascend stack does not fit this version of Ascend4J:\n\n" + refused.description();
        String action = refused.action() + "\n\nTo start regardless, set ascend4j.guard=warn or " + GuardMode.VARIABLE
                + "=warn; what then fails, fails later.";
        return new FailureAnalysis(description, action, refused);
    }
}
