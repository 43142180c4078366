// Calls through the shim as JavaCPP's generated code does; the build checks what the linked library shows and needs.
#include "acl/acl.h"
#include "ascend4j_shim.h"

extern "C" __attribute__((visibility("default"))) int Java_org_ascend4j_Probe_call(const char *directories) {
    char error[256];
    const int code = ascend4j_open(directories, error, sizeof(error));
    return code != 0 ? code : aclInit(nullptr);
}
