/*
 * A latency histogram in the manner of HdrHistogram: buckets as wide as 1/128 of the power of two they lie in, so that a reported
 * value is at most 0.4 % off. Recording costs a few instructions and never allocates.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>

enum { SUB_BITS = 7, SUB_COUNT = 1 << SUB_BITS, BUCKET_COUNT = (64 - SUB_BITS + 1) * SUB_COUNT };

struct histogram {
    uint64_t counts[BUCKET_COUNT];
    uint64_t total, max;
};

static inline void histogram_record(struct histogram *histogram, uint64_t value) {
    /* Below 2 * SUB_COUNT a bucket holds one value; above, shift is how many low bits it leaves out. */
    unsigned shift = value < 2 * SUB_COUNT ? 0 : 63 - SUB_BITS - (unsigned)__builtin_clzll(value);
    histogram->counts[shift * SUB_COUNT + (value >> shift)]++;
    histogram->total++;
    if (value > histogram->max)
        histogram->max = value;
}

/* The value that `fraction` of all recorded values do not exceed. */
static inline uint64_t histogram_percentile(const struct histogram *histogram, double fraction) {
    uint64_t rank = (uint64_t)(fraction * (double)histogram->total + 0.5), seen = 0;
    if (rank == 0)
        rank = 1;
    for (unsigned i = 0; i < BUCKET_COUNT; i++) {
        seen += histogram->counts[i];
        if (seen >= rank && seen > 0) {
            unsigned shift = i < 2 * SUB_COUNT ? 0 : i / SUB_COUNT - 1;
            uint64_t low = (uint64_t)(i - shift * SUB_COUNT) << shift, middle = low + (((uint64_t)1 << shift) >> 1);
            return middle < histogram->max ? middle : histogram->max;
        }
    }
    return 0;
}

#endif
