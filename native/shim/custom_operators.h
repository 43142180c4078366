// Where CANN looks for custom operator packages.
#ifndef ASCEND4J_SHIM_CUSTOM_OPERATORS_H_
#define ASCEND4J_SHIM_CUSTOM_OPERATORS_H_

#include <string>
#include <vector>

namespace ascend4j {

// Existing libcust_opapi.so files, highest priority first: each directory of ASCEND_CUSTOM_OPP_PATH, then the vendors
// of $ASCEND_OPP_PATH/vendors in the order that config.ini's load_priority gives.
std::vector<std::string> customOperatorLibraries();

}  // namespace ascend4j

#endif
