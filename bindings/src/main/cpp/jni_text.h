/* What JNI has to add to the ACL headers: text out of C strings, and memory as a Java buffer. */
#ifndef ASCEND4J_JNI_TEXT_H_
#define ASCEND4J_JNI_TEXT_H_

#include <jni.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "acl/acl.h"
#include "ascend4j_shim.h"

/* Copies at most capacity bytes of a C string, without its end; the whole length comes back, -1 for null. */
static inline int64_t ascend4j_jni_copy(const char *from, char *text, int64_t capacity) {
    if (from == NULL) {
        return -1;
    }
    int64_t length = (int64_t)strlen(from);
    memcpy(text, from, (size_t)(length < capacity ? length : capacity));
    return length;
}

static inline int64_t ascend4j_jni_soc_name(char *text, int64_t capacity) {
    return ascend4j_jni_copy(aclrtGetSocName(), text, capacity);
}

static inline int64_t ascend4j_jni_since(const char *symbol, char *text, int64_t capacity) {
    return ascend4j_jni_copy(ascend4j_since(symbol), text, capacity);
}

static inline int64_t ascend4j_jni_library_path(const char *symbol, char *text, int64_t capacity) {
    return ascend4j_jni_copy(ascend4j_library_path(symbol), text, capacity);
}

static inline int64_t ascend4j_jni_missing_symbol(char *text, int64_t capacity) {
    return ascend4j_jni_copy(ascend4j_missing_symbol(), text, capacity);
}

static inline int64_t ascend4j_jni_open_notes(char *text, int64_t capacity) {
    return ascend4j_jni_copy(ascend4j_open_notes(), text, capacity);
}

static inline jobject ascend4j_jni_buffer(JNIEnv *env, jclass, jlong address, jlong capacity) {
    return env->NewDirectByteBuffer((void *)(intptr_t)address, capacity);
}

static inline jlong ascend4j_jni_address(JNIEnv *env, jclass, jobject buffer) {
    return (jlong)(intptr_t)env->GetDirectBufferAddress(buffer);
}

#endif
