package org.ascend4j.internal.template;

/** The value of what does not exist: prints as nothing, is false and empty, and refuses everything else. */
record Undefined(String reason) {
    TemplateError error() {
        return new TemplateError(reason);
    }
}
