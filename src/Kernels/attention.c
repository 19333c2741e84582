// Chooses the instruction set, and keeps each thread's scratch, which grows to the longest document that the thread has seen.
#include "attention.h"

#include <pthread.h>
#include <stdlib.h>

#include "attention_levels.h"

// These moved from libpthread to libc in glibc 2.34. By their first version they are found before and after.
__asm__(".symver pthread_key_create, pthread_key_create@GLIBC_2.2.5");
__asm__(".symver pthread_getspecific, pthread_getspecific@GLIBC_2.2.5");
__asm__(".symver pthread_setspecific, pthread_setspecific@GLIBC_2.2.5");

typedef struct {
    int64_t bytes;
    char memory[];
} scratch;

static pthread_key_t scratches;
static int unkept = 1; // no key could be had: then there is no scratch either
static int32_t limit = 2;

static int32_t of_this_cpu(void) {
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vnni")) return 2;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
}

int32_t sluice_level(void) {
    static int32_t known = -1;
    int32_t level = __atomic_load_n(&known, __ATOMIC_RELAXED), most = __atomic_load_n(&limit, __ATOMIC_RELAXED);
    if (level < 0) {
        level = of_this_cpu();
        __atomic_store_n(&known, level, __ATOMIC_RELAXED);
    }

    return level < most ? level : most;
}

int32_t sluice_limit_level(int32_t level) {
    __atomic_store_n(&limit, level, __ATOMIC_RELAXED);
    return sluice_level();
}

// A thread that ends gives its scratch back.
__attribute__((constructor)) static void make_key(void) { unkept = pthread_key_create(&scratches, free); }

static char *scratch_of(int64_t bytes) {
    if (unkept) return 0;
    scratch *found = pthread_getspecific(scratches);
    if (found && found->bytes >= bytes) return found->memory;
    scratch *larger = malloc(sizeof(scratch) + (size_t)bytes);
    if (!larger) return 0;
    larger->bytes = bytes;
    if (pthread_setspecific(scratches, larger)) {
        free(larger);
        return 0;
    }

    free(found);
    return larger->memory;
}

int32_t sluice_attend(const sluice_head *head) {
    const int32_t level = sluice_level();
    char *memory = scratch_of(level == 2 ? sluice_scratch_avx512(head) : sluice_scratch_avx2(head));
    if (!memory) return 1;
    if (level == 2) sluice_attend_avx512(head, memory);
    else sluice_attend_avx2(head, memory);
    return 0;
}
