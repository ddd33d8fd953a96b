/* What the kernels of the stages have in common: Python's limited API (3.11: one binary for all later ones), the
   compiler's ways to wide registers, and buffers. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__) || defined(_M_X64)
#include <emmintrin.h>
#endif
#if defined(_MSC_VER)
#include <intrin.h>
#endif

/* Wide registers where the compiler can choose at load time (glibc's ifunc), plain code elsewhere. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && defined(__GLIBC__) \
    && !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

#if defined(__GNUC__)
#define ALWAYS_INLINE static inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE static inline
#endif

/* Number of the lowest, of the highest bit that is set; one is. */
#if defined(__GNUC__)
#define LOWEST_BIT(x) ((unsigned)__builtin_ctzll(x))
#define HIGHEST_BIT(x) (63u - (unsigned)__builtin_clzll(x))
#define COUNT_BITS(x) __builtin_popcountll(x)
#else
static inline int COUNT_BITS(uint64_t x) { int count = 0; for (; x; x &= x - 1) count++; return count; }
#if defined(_M_X64) || defined(_M_ARM64)
static inline unsigned LOWEST_BIT(uint64_t x) { unsigned long bit; _BitScanForward64(&bit, x); return (unsigned)bit; }
static inline unsigned HIGHEST_BIT(uint64_t x) { unsigned long bit; _BitScanReverse64(&bit, x); return (unsigned)bit; }
#else
static inline unsigned LOWEST_BIT(uint64_t x) { return (unsigned)COUNT_BITS((x & (0 - x)) - 1); }
static inline unsigned HIGHEST_BIT(uint64_t x) { unsigned bit = 0; while (x >>= 1) bit++; return bit; }
#endif
#endif

typedef struct { Py_buffer view; int held; } Buffer;

static int take(PyObject *object, Buffer *buffer, int writable) {
    if (PyObject_GetBuffer(object, &buffer->view, writable ? PyBUF_CONTIG : PyBUF_CONTIG_RO) < 0) return 0;
    buffer->held = 1;
    return 1;
}

static void give_back(Buffer *buffers, int count) {
    for (int i = 0; i < count; i++) if (buffers[i].held) PyBuffer_Release(&buffers[i].view);
}
