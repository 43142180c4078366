/** Version numbers and their order: PEP 440 for Python packages, CANN's own, the driver's own. */
package org.ascend4j.compat.version;
