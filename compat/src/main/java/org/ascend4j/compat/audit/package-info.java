/**
 * Holds a git repository against the release policy: backports, tags, branches, and the next version.
 * Repositories are read by JGit, an optional dependency that only the command's jar carries; no
 * process is started and nothing that a repository configures is run.
 */
package org.ascend4j.compat.audit;
