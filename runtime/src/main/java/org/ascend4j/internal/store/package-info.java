/** The user's cache of models: known names, their download as plain archives, checked before they get their place. */
package org.ascend4j.internal.store;
