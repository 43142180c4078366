/** The release matrix as data: which stack each plugin release was built and tested for. */
package org.ascend4j.compat.matrix;
