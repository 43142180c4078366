/* The shim between one JNI library and whatever device libraries a machine has: it opens them by path and forwards
 * every ACL function of native/include to them. A function that they lack answers with an error value. */
#ifndef ASCEND4J_SHIM_H_
#define ASCEND4J_SHIM_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Own codes, all below zero, where ACL has none. */
static const int ASCEND4J_ERROR_SYMBOL_MISSING = -4001; /* the opened libraries lack the function called */
static const int ASCEND4J_ERROR_NOT_OPEN = -4002;       /* an ACL function was called before a successful open */
static const int ASCEND4J_ERROR_OPEN_FAILED = -4003;    /* a library is absent, unreadable or does not load */
static const int ASCEND4J_ERROR_OPENED_OTHER = -4004;   /* this process already holds libraries of other directories */
static const int ASCEND4J_ERROR_INVALID_ARGUMENT = -4005;
static const int ASCEND4J_ERROR_STUB_LIBRARY = -4006; /* the library is CANN's link stub, not a runtime */
static const int ASCEND4J_ERROR_WORKSPACE_TOO_SMALL = -4007; /* a step program was given less than a first phase wants */
static const int ASCEND4J_ERROR_OUT_OF_MEMORY = -4008;

/* Opens CANN: `directories` is a ':'-separated list of absolute directories, the first that holds a library wins.
 * Custom operator libraries named by ASCEND_CUSTOM_OPP_PATH and ASCEND_OPP_PATH are searched first. Returns 0 or a
 * code above; `error` (may be null) then receives what failed, where, and what to do, cut to `errorSize` bytes.
 * Opening the same directories again succeeds and does nothing. Thread-safe. */
int ascend4j_open(const char *directories, char *error, size_t errorSize);

/* As ascend4j_open for the host device: custom operator libraries, which are built for an NPU, are left out. */
int ascend4j_open_host(const char *directories, char *error, size_t errorSize);

/* 1 when the opened libraries have the function, 0 when they lack it, it is not declared, or nothing is open. */
int ascend4j_has(const char *symbol);

/* The first CANN known to have the function ("8.3.RC1"), or null for a function that is not declared. */
const char *ascend4j_since(const char *symbol);

/* Absolute path of the library that serves the function; of the runtime library itself when `symbol` is null. Null
 * when nothing serves it. The text lives as long as the process. */
const char *ascend4j_library_path(const char *symbol);

/* The function that last answered ASCEND4J_ERROR_SYMBOL_MISSING, ASCEND4J_ERROR_NOT_OPEN or null in this thread,
 * or null. */
const char *ascend4j_missing_symbol(void);

/* Copies the device library's last error text of this thread, which reading clears, as zero-terminated text.
 * Returns its full length in bytes, 0 when there is none. Call it in the thread that saw the error, right after. */
int ascend4j_last_error_message(char *out, size_t size);

/* Optional libraries that did not load and were passed over, one line each; empty text when there are none. */
const char *ascend4j_open_notes(void);

#ifdef __cplusplus
}
#endif

#endif
