/** JSON files of model folders, read as plain values within limits. */
package org.ascend4j.internal.json;
