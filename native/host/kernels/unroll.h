// Loops that the compiler must unroll before it assigns registers.
//
// Accumulators in an array stay in memory if their indices become constants only after the compiler has decided which
// arrays it can keep in registers, as happens to loops that it unrolls by itself.
#pragma once

namespace ascend4j {

template <int kValue>
struct Index {
    constexpr operator int() const { return kValue; }
};

// Calls body(Index<0>()) to body(Index<kCount - 1>()). The body must be inlined as well: give the lambda
// ASCEND4J_INLINE_BODY.
template <int kCount, class Body>
inline __attribute__((always_inline)) void unroll(const Body &body) {
    if constexpr (kCount > 0) {
        unroll<kCount - 1>(body);
        body(Index<kCount - 1>());
    }
}

#define ASCEND4J_INLINE_BODY __attribute__((always_inline))

}  // namespace ascend4j
