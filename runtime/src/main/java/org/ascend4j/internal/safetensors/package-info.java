/** The safetensors format: single files and sharded folders, read by position and never mapped. */
package org.ascend4j.internal.safetensors;
