package org.ascend4j.compat.audit;

import org.eclipse.jgit.lib.ObjectId;

/**
 * A branch or tag.
 *
 * @param name full, for example {@code refs/tags/v0.7.3}
 * @param target the object it names, which for an annotated tag is the tag
 */
record GitRef(String name, ObjectId target) {}
