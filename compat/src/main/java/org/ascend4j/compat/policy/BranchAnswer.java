package org.ascend4j.compat.policy;

import java.util.List;
import java.util.Optional;

/**
 * What may land on a branch on one day.
 *
 * @param name the branch
 * @param listed true if the branch table has it; a branch may exist without
 * @param exists false if the facts do not know the branch at all
 * @param state its printed state; empty if none is printed
 * @param next the release that could be cut from it next; empty if none may be
 * @param sentences what follows from name and state
 * @param claims where the printed state promises more than the policy's time frame does
 */
public record BranchAnswer(
        BranchName name,
        boolean listed,
        boolean exists,
        Optional<BranchState> state,
        Optional<String> next,
        List<String> sentences,
        List<String> claims) {}
