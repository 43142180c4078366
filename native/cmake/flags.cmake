# Flags of every target, and of the files that use one instruction set.

string(TOLOWER "${CMAKE_SYSTEM_PROCESSOR}" ASCEND4J_PROCESSOR)
if(ASCEND4J_PROCESSOR MATCHES "^(x86_64|amd64)$")
  set(ASCEND4J_X86 ON)
  set(ASCEND4J_PLATFORM linux-x86_64)
elseif(ASCEND4J_PROCESSOR MATCHES "^(aarch64|arm64)$")
  set(ASCEND4J_ARM ON)
  set(ASCEND4J_PLATFORM linux-arm64)
else()
  message(FATAL_ERROR "unsupported processor ${CMAKE_SYSTEM_PROCESSOR}; expected x86_64 or aarch64")
endif()

add_library(ascend4j_flags INTERFACE)
# Kernels state each fused multiply-add themselves, so a sum does not depend on what the compiler chose to contract.
target_compile_options(ascend4j_flags INTERFACE
  -Wall -Wextra -Werror -fno-math-errno -ffp-contract=off)

if(ASCEND4J_SANITIZE)
  target_compile_options(ascend4j_flags INTERFACE
    -g -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined)
  target_link_options(ascend4j_flags INTERFACE -fsanitize=address,undefined)
endif()

# A library that is loaded into a stranger's process brings its own C++ library and keeps it private; collecting unused
# sections drops what would need a newer C library. The sanitizers pair new with delete across libraries and need the
# shared one.
add_library(ascend4j_private_runtime INTERFACE)
if(NOT ASCEND4J_SANITIZE)
  target_link_options(ascend4j_private_runtime INTERFACE -static-libstdc++ -static-libgcc -Wl,--gc-sections)
endif()

set(ASCEND4J_AVX512 -mavx512f -mavx512bw -mavx512vl -mavx512dq -mf16c -mfma)
set(ASCEND4J_ISA_avx2 -mavx2 -mfma -mf16c)
set(ASCEND4J_ISA_avx512 ${ASCEND4J_AVX512})
set(ASCEND4J_ISA_avx512vnni ${ASCEND4J_AVX512} -mavx512vnni)
set(ASCEND4J_ISA_amx ${ASCEND4J_AVX512} -mavx512vnni -mavx512bf16 -mamx-tile -mamx-int8
    -mamx-bf16)
set(ASCEND4J_ISA_avx512bf16 ${ASCEND4J_AVX512} -mavx512bf16)
set(ASCEND4J_ISA_avx512fp16 ${ASCEND4J_AVX512} -mavx512fp16)

# Sets each file's flags by its suffix (_avx2, _avx512..., _neon). Files of the other processor's sets are compiled as
# well, without flags: they guard their code and then answer that they have none.
function(ascend4j_by_instruction_set)
  foreach(source IN LISTS ARGN)
    if(ASCEND4J_X86 AND source MATCHES "_(avx2|avx512|avx512vnni|avx512bf16|avx512fp16|amx)\\.cpp$")
      set_source_files_properties("${source}" PROPERTIES COMPILE_OPTIONS "${ASCEND4J_ISA_${CMAKE_MATCH_1}}")
    endif()
  endforeach()
endfunction()
