// The machine's limits: what it reads from memory and multiplies in a second, on one thread and on all asked for.
// Usage: limits THREADS. Prints one JSON object. Compiled for the native processor; each line of it says what was used.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { MOST_THREADS = 256, TRIES = 5 };

static const size_t BYTES = (size_t) 1 << 30;
static char *memory;
static pthread_barrier_t barrier;

// A kernel does `rounds` rounds of its work on thread `index` of `count` and returns how many units of it that was.
typedef double (*kernel)(int index, int count, long rounds);

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec * 1e-9;
}

// A vector register that the compiler must believe to be changed: it can neither hoist nor drop the work.
#if defined(__x86_64__)
#define KEEP(register) __asm__ volatile("" : "+x"(register))
#define KEEP_WIDE(register) __asm__ volatile("" : "+v"(register))
#else
#define KEEP(register) __asm__ volatile("" : "+w"(register))
#endif

static double read_memory(int index, int count, long rounds) {
    size_t share = BYTES / (size_t) count / 4096 * 4096;
    const char *from = memory + share * (size_t) index;
    for (long round = 0; round < rounds; round++) {
#if defined(__AVX512F__)
        __m512i sum[4] = {_mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
        for (size_t at = 0; at < share; at += 256) {
            for (int i = 0; i < 4; i++) {
                sum[i] = _mm512_xor_si512(sum[i], _mm512_load_si512((const void *) (from + at + 64 * i)));
            }
        }
        for (int i = 0; i < 4; i++) {
            KEEP_WIDE(sum[i]);
        }
#else
        uint64_t sum[8] = {0};
        for (size_t at = 0; at < share; at += 64) {
            const uint64_t *line = (const uint64_t *) (from + at);
            for (int i = 0; i < 8; i++) {
                sum[i] ^= line[i];
            }
        }
        for (int i = 0; i < 8; i++) {
            __asm__ volatile("" : "+r"(sum[i]));
        }
#endif
    }
    return (double) share * (double) rounds;
}

// One product and one sum are two operations. Twelve accumulators, each a register of its own, hide the latency.
#define CHAINED(name, type, zero, step, keep, operations)                                        \
    static double name(int index, int count, long rounds) {                                      \
        (void) index;                                                                            \
        (void) count;                                                                            \
        type a = zero, b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a; \
        for (long round = 0; round < rounds; round++) {                                          \
            EACH(step, keep, a) EACH(step, keep, b) EACH(step, keep, c) EACH(step, keep, d)      \
            EACH(step, keep, e) EACH(step, keep, f) EACH(step, keep, g) EACH(step, keep, h)      \
            EACH(step, keep, i) EACH(step, keep, j) EACH(step, keep, k) EACH(step, keep, l)      \
        }                                                                                        \
        return (double) rounds * 12 * (operations);                                              \
    }
#define EACH(step, keep, chain) \
    chain = step(chain);        \
    keep(chain);

#if defined(__AVX512F__)
#define FMA_UNIT "AVX-512"
#define FMA(x) _mm512_fmadd_ps(x, x, x)
CHAINED(fma32, __m512, _mm512_setzero_ps(), FMA, KEEP_WIDE, 32)
#elif defined(__FMA__)
#define FMA_UNIT "AVX2"
#define FMA(x) _mm256_fmadd_ps(x, x, x)
CHAINED(fma32, __m256, _mm256_setzero_ps(), FMA, KEEP, 16)
#elif defined(__aarch64__)
#define FMA_UNIT "NEON"
#define FMA(x) vfmaq_f32(x, x, x)
CHAINED(fma32, float32x4_t, vdupq_n_f32(0), FMA, KEEP, 8)
#endif

#if defined(__AVX512VNNI__)
#define DOT_UNIT "AVX-512 VNNI"
#define DOT8(x) _mm512_dpbusd_epi32(x, x, x)
CHAINED(dot8, __m512i, _mm512_setzero_si512(), DOT8, KEEP_WIDE, 128)
#elif defined(__AVXVNNI__)
#define DOT_UNIT "AVX-VNNI"
#define DOT8(x) _mm256_dpbusd_avx_epi32(x, x, x)
CHAINED(dot8, __m256i, _mm256_setzero_si256(), DOT8, KEEP, 64)
#elif defined(__AVX2__)
#define DOT_UNIT "AVX2 maddubs"
// Two products per sum: the second multiply-add widens pairs to 32 bits.
#define DOT8(x) _mm256_add_epi32(x, _mm256_madd_epi16(_mm256_maddubs_epi16(x, x), _mm256_set1_epi16(1)))
CHAINED(dot8, __m256i, _mm256_setzero_si256(), DOT8, KEEP, 64)
#elif defined(__ARM_FEATURE_MATMUL_INT8)
#define DOT_UNIT "NEON i8mm"
#define DOT8(x) vmmlaq_s32(x, vreinterpretq_s8_s32(x), vreinterpretq_s8_s32(x))
CHAINED(dot8, int32x4_t, vdupq_n_s32(0), DOT8, KEEP, 64)
#elif defined(__ARM_FEATURE_DOTPROD)
#define DOT_UNIT "NEON dot"
#define DOT8(x) vdotq_s32(x, vreinterpretq_s8_s32(x), vreinterpretq_s8_s32(x))
CHAINED(dot8, int32x4_t, vdupq_n_s32(0), DOT8, KEEP, 32)
#endif

#if defined(__AMX_INT8__)
#define TILE_UNIT "AMX"
// The kernel lets a process use tile registers only after it asked.
static int tiles_allowed(void) {
    enum { REQUEST_PERMISSION = 0x1023, TILE_DATA = 18 };
    return syscall(SYS_arch_prctl, REQUEST_PERMISSION, TILE_DATA) == 0;
}

static double tiles8(int index, int count, long rounds) {
    (void) index;
    (void) count;
    struct {
        uint8_t palette, start, reserved[14];
        uint16_t row_bytes[16];
        uint8_t rows[16];
    } __attribute__((packed)) shape;
    memset(&shape, 0, sizeof shape);
    shape.palette = 1;
    for (int i = 0; i < 8; i++) {
        shape.row_bytes[i] = 64;
        shape.rows[i] = 16;
    }
    static const uint8_t ones[1024] __attribute__((aligned(64))) = {1};
    // The intrinsic tells the compiler of its first bytes only.
    __asm__ volatile("" : : "r"(&shape) : "memory");
    _tile_loadconfig(&shape);
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    _tile_loadd(6, ones, 64);
    _tile_loadd(7, ones, 64);
    for (long round = 0; round < rounds; round++) {
        _tile_dpbusd(0, 6, 7);
        _tile_dpbusd(1, 6, 7);
        _tile_dpbusd(2, 6, 7);
        _tile_dpbusd(3, 6, 7);
    }
    _tile_release();
    return (double) rounds * 4 * (2.0 * 16 * 16 * 64);
}
#endif

struct task {
    kernel run;
    int index, count, processor;
    long rounds;
    double units, seconds;
};

static void *work(void *argument) {
    struct task *task = argument;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(task->processor, &one);
    sched_setaffinity(0, sizeof one, &one);
    pthread_barrier_wait(&barrier);
    double start = seconds();
    task->units = task->run(task->index, task->count, task->rounds);
    task->seconds = seconds() - start;
    return NULL;
}

// Units in a second of all threads together, over the time of the slowest.
static double once(kernel run, int threads, long rounds) {
    pthread_t handles[MOST_THREADS];
    struct task tasks[MOST_THREADS];
    cpu_set_t allowed;
    sched_getaffinity(0, sizeof allowed, &allowed);
    pthread_barrier_init(&barrier, NULL, (unsigned) threads);
    int processor = -1;
    for (int i = 0; i < threads; i++) {
        do {
            processor = (processor + 1) % CPU_SETSIZE;
        } while (!CPU_ISSET(processor, &allowed));
        tasks[i] = (struct task){run, i, threads, processor, rounds, 0, 0};
        if (pthread_create(&handles[i], NULL, work, &tasks[i]) != 0) {
            fprintf(stderr, "limits: found no room for thread %d of %d\n", i + 1, threads);
            exit(1);
        }
    }
    double units = 0;
    double slowest = 0;
    for (int i = 0; i < threads; i++) {
        pthread_join(handles[i], NULL);
        units += tasks[i].units;
        slowest = tasks[i].seconds > slowest ? tasks[i].seconds : slowest;
    }
    pthread_barrier_destroy(&barrier);
    return units / slowest;
}

// A limit is the best of a few tries: noise only ever takes away.
static double best(kernel run, int threads, long rounds) {
    double found = 0;
    for (int i = 0; i < TRIES; i++) {
        double one = once(run, threads, rounds);
        found = one > found ? one : found;
    }
    return found;
}

static void print(const char *name, const char *unit, const char *scale, kernel run, int threads, long rounds) {
    printf("  \"%s\": {\"unit\": \"%s\", \"measured_in\": \"%s\", \"one_thread\": %.2f, \"all_threads\": %.2f},\n", name,
           unit, scale, best(run, 1, rounds) / 1e9, best(run, threads, rounds) / 1e9);
    fflush(stdout);
}

int main(int count, char **arguments) {
    int threads = count == 2 ? atoi(arguments[1]) : 0;
    if (!(threads >= 1 && threads <= MOST_THREADS)) {
        fprintf(stderr, "usage: limits THREADS (1 to %d)\n", MOST_THREADS);
        return 2;
    }
    const size_t huge = (size_t) 2 << 20;
    char *raw = mmap(NULL, BYTES + huge, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) {
        fprintf(stderr, "limits: found no %zu bytes of memory\n", BYTES + huge);
        return 1;
    }
    memory = (char *) (((uintptr_t) raw + huge - 1) / huge * huge);
    int advised = madvise(memory, BYTES, MADV_HUGEPAGE) == 0;
    memset(memory, 1, BYTES);

    printf("{\n  \"threads\": %d,\n", threads);
    print("read", advised ? "1 GiB on huge pages" : "1 GiB on plain pages", "GB/s", read_memory, threads, 1);
#ifdef FMA_UNIT
    print("fp32", FMA_UNIT, "GFLOP/s", fma32, threads, 8000000);
#endif
#ifdef DOT_UNIT
    print("int8_dot", DOT_UNIT, "GOP/s", dot8, threads, 8000000);
#endif
#ifdef TILE_UNIT
    if (tiles_allowed()) {
        print("int8_tile", TILE_UNIT, "GOP/s", tiles8, threads, 2000000);
    }
#endif
    printf("  \"huge_pages\": %s\n}\n", advised ? "true" : "false");
    return 0;
}
