/* A step program: a list of ACL calls that is put together once and run many times with one native call, such as the
 * updates of a captured graph's task groups and its replay. It knows no model: it repeats what it was told, with the
 * same arguments each time except for integer arrays, which it fills from the values given to a run.
 *
 * Arguments are 64-bit words with one letter each:
 *   t aclTensor*   l aclTensorList*   a aclIntArray*   s aclScalar*   c text   p any other pointer or handle
 *   i integer or enumeration   b bool   d double (its bits)   f float (its bits, in the lower half)
 * They must stay valid as long as the program; text is copied. One thread at a time may use a program. */
#ifndef ASCEND4J_STEP_PROGRAM_H_
#define ASCEND4J_STEP_PROGRAM_H_

#include <stddef.h>
#include <stdint.h>
#include "ascend4j_shim.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ascend4j_program ascend4j_program;

/* Null when memory is short. */
ascend4j_program *ascend4j_program_create(void);
void ascend4j_program_destroy(ascend4j_program *program);

/* A copy of a text that lives as long as the program, for an argument of kind c; null when memory is short. */
const void *ascend4j_program_text(ascend4j_program *program, const char *text);

/* Appends a call of an ACL function that answers with a code. Returns the record's index, or a code below zero with
 * ascend4j_program_error telling why. */
int ascend4j_program_call(
        ascend4j_program *program, const char *function, const char *kinds, const int64_t *words, int count);

/* Appends both phases of an operator, named without GetWorkspaceSize. `words` are the first phase's arguments up to
 * workspaceSize; the second phase gets `workspace`, if the first asks for no more than `workspaceSize` bytes. */
int ascend4j_program_operator(
        ascend4j_program *program, const char *name, const char *kinds, const int64_t *words, int count,
        void *workspace, int64_t workspaceSize, void *stream);

/* Makes an argument of kind a of the record an array of `length` values from `offset` on of those given to a run.
 * Equal pieces share one array. Returns 0 or a code below zero. */
int ascend4j_program_array(ascend4j_program *program, int record, int argument, int64_t offset, int64_t length);

/* Makes all calls in order until one fails; returns 0 or that one's code. Arrays live until the run ends. When a task
 * update was begun and not ended, it is ended, so that the stream can be used. `values` are `count` int64_t. */
int ascend4j_program_run(ascend4j_program *program, const void *values, int64_t count);

/* Records in the program; the index of the one that failed the last run, -1 when none did. */
int ascend4j_program_size(const ascend4j_program *program);
int ascend4j_program_failed(const ascend4j_program *program);

/* Copies the name of the function of a record, or why the last append failed or a run was refused, as zero-terminated
 * text. Returns the full length in bytes. */
int ascend4j_program_function(const ascend4j_program *program, int record, char *out, size_t size);
int ascend4j_program_error(const ascend4j_program *program, char *out, size_t size);

#ifdef __cplusplus
}
#endif

#endif
