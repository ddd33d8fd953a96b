/* The inner loops of the duplicates stage: texts -> words -> signatures, and pairs of texts -> counts.

   Numbers in, numbers out: nothing here knows an article, a threshold with a meaning, or a relation.
   Every function has a twin in numpy and Python (`normalise.py`, `minhash.py`, `alignment.py`) that gives
   the same bits; the twin is the definition, this file is the fast way there. The GIL is released while
   numbers are crunched; no state is kept between calls. Limited API of Python 3.11: one binary for all later ones.
*/
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Wide registers where the compiler can choose at load time (glibc's ifunc), plain code elsewhere. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__gnu_linux__) && defined(__GLIBC__) \
    && !defined(__SANITIZE_ADDRESS__)
#define WIDE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define WIDE
#endif

/* Classes of code points; kept in step with normalise.py. Bits of an entry: 0-20 folded code point, 24-28 class,
   29 small letter, 30 capital. */
enum { SEPARATOR, LETTER, DIGIT, JOINER, IGNORED, NEWLINE, TERMINAL, DOT, COMMA, OPENING, CLOSING, STRAIGHT, WHOLE, COLON, HYPHEN };
#define CLASS(entry) (((entry) >> 24) & 31u)
#define FOLDED(entry) ((entry) & 0x1FFFFFu)
#define SMALL(entry) (((entry) >> 29) & 1u)
#define CAPITAL(entry) (((entry) >> 30) & 1u)

enum { FLAG_DIGIT = 1, FLAG_NAME = 2, FLAG_SHORT_LINE = 4, FLAG_QUOTED = 8, FLAG_CAPITAL = 16 };

#define CREDIT_WORDS 100  /* at either end of a text among which its credits stand */

#define WORD_SEED 0x9E3779B97F4A7C15ull
#define WORD_MULTIPLIER 0xFF51AFD7ED558CCDull
#define WORD_FINAL 0xC4CEB9FE1A85EC53ull
#define SHINGLE_BASE 0xD6E8FEB86659FD93ull

static inline uint64_t mix64(uint64_t x) {
    x ^= x >> 33; x *= 0xFF51AFD7ED558CCDull;
    x ^= x >> 33; x *= 0xC4CEB9FE1A85EC53ull;
    x ^= x >> 33;
    return x;
}

/* ---------------------------------------------------------------------------------------- words */

typedef struct { uint64_t hash, chunk; unsigned bytes, total; } WordHash;

static inline void word_begin(WordHash *w) { w->hash = WORD_SEED; w->chunk = 0; w->bytes = 0; w->total = 0; }

static inline void word_byte(WordHash *w, unsigned char byte) {
    w->chunk |= (uint64_t)byte << (8 * w->bytes);
    w->total++;
    if (++w->bytes == 8) {
        w->hash = (w->hash ^ w->chunk) * WORD_MULTIPLIER;
        w->hash ^= w->hash >> 32;
        w->chunk = 0;
        w->bytes = 0;
    }
}

static inline void word_point(WordHash *w, uint32_t c) {
    if (c < 0x80) { word_byte(w, (unsigned char)c); return; }
    if (c < 0x800) { word_byte(w, (unsigned char)(0xC0 | c >> 6)); }
    else {
        if (c < 0x10000) { word_byte(w, (unsigned char)(0xE0 | c >> 12)); }
        else {
            word_byte(w, (unsigned char)(0xF0 | c >> 18));
            word_byte(w, (unsigned char)(0x80 | (c >> 12 & 63)));
        }
        word_byte(w, (unsigned char)(0x80 | (c >> 6 & 63)));
    }
    word_byte(w, (unsigned char)(0x80 | (c & 63)));
}

static inline uint32_t word_end(WordHash *w) {
    uint64_t h = w->hash;
    if (w->bytes) { h = (h ^ w->chunk) * WORD_MULTIPLIER; h ^= h >> 32; }
    h = (h ^ w->total) * WORD_FINAL;
    return (uint32_t)(h >> 32);
}

/* Next entry of the table; ignored code points are passed over. At the end: class NEWLINE, *p == end + 1. */
static inline uint32_t next_entry(const unsigned char **p, const unsigned char *end, const uint32_t *table, uint32_t points) {
    const unsigned char *s = *p;
    uint32_t entry;
    do {
        if (s >= end) { *p = end + 1; return (uint32_t)NEWLINE << 24; }
        uint32_t c = *s;
        if (c < 0x80) { s += 1; }
        else if (c < 0xE0) { c = (c & 31) << 6 | (s[1] & 63); s += 2; }
        else if (c < 0xF0) { c = (c & 15) << 12 | (uint32_t)(s[1] & 63) << 6 | (s[2] & 63); s += 3; }
        else { c = (c & 7) << 18 | (uint32_t)(s[1] & 63) << 12 | (uint32_t)(s[2] & 63) << 6 | (s[3] & 63); s += 4; }
        entry = c < points ? table[c] : 0;
    } while (CLASS(entry) == IGNORED);
    *p = s;
    return entry;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#define PLAIN_WORDS 0
#else
#define PLAIN_WORDS 1
#endif

/* Which byte, from the lowest, is the first with its high bit set; one is. */
static inline unsigned first_byte(uint64_t marks) {
#if defined(__GNUC__)
    return (unsigned)__builtin_ctzll(marks) >> 3;
#else
    unsigned byte = 0;
    while (!(marks >> (8 * byte + 7) & 1)) byte++;
    return byte;
#endif
}

#define EACH(byte) (0x0101010101010101ull * (byte))

/* Hash of the run of ASCII letters at p, eight at a time, or 0 letters where the word may go on with anything else
   than letters, or is too near the end to be read in eights. Same hash as by word_byte. */
static inline unsigned plain_word(const unsigned char *p, const unsigned char *end, uint32_t *hash) {
    uint64_t h = WORD_SEED;
    const unsigned char *start = p;
    while (end - p >= 8) {
        uint64_t x, folded, letters, stop;
        memcpy(&x, p, 8);
        folded = (x | EACH(0x20)) & EACH(0x7F);
        letters = (folded + EACH(0x80 - 'a')) & ~(folded + EACH(0x7F - 'z')) & ~x & EACH(0x80);
        stop = letters ^ EACH(0x80);
        if (!stop) {
            h = (h ^ folded) * WORD_MULTIPLIER;
            h ^= h >> 32;
            p += 8;
            continue;
        }
        unsigned rest = first_byte(stop);
        if (rest) {
            h = (h ^ (folded & ((1ull << 8 * rest) - 1))) * WORD_MULTIPLIER;
            h ^= h >> 32;
        }
        p += rest;
        unsigned total = (unsigned)(p - start);
        unsigned char next = *p;
        if (next >= 0x80 || (next >= '0' && next <= '9') || next == '\'' || next == '`' || (next == '.' && total == 1)
            || (next == '-' && end - p > 1 && (p[1] == '\n' || p[1] == '\r'))) return 0;
        *hash = (uint32_t)((h ^ total) * WORD_FINAL >> 32);
        return total;
    }
    return 0;
}

/* Words of one text. `words` and `flags` hold at least one place a byte of the text. Returns how many were written. */
WIDE static int64_t split_words(const char *text, int64_t length, const uint32_t *table, uint32_t points,
                           uint32_t line_words, uint32_t sentence_words, uint32_t *words, unsigned char *flags,
                           int64_t *all, uint64_t *digest, const unsigned char *credits, unsigned char *credited) {
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    int64_t n = 0, line_start = 0, capitals = 0;
    int64_t lines = 0, longest = 0, short_words = 0, continued = 0;
    int64_t halves = 0;                /* of the line: two for a word, one for a character that is a word */
    int sentence_start = 1, quoted = 0, straight = 0, ended = 0;
    uint32_t entry = next_entry(&p, end, table, points);
    for (;;) {
        unsigned kind = CLASS(entry);
        if (PLAIN_WORDS && kind == LETTER && p[-1] < 0x80) {
            unsigned letters = plain_word(p - 1, end, words + n);
            if (letters) {
                unsigned char flag = 0;
                if (n == line_start && SMALL(entry)) continued++;
                if (CAPITAL(entry)) { flag = FLAG_CAPITAL | (sentence_start ? 0 : FLAG_NAME); capitals++; }
                if (quoted | straight) flag |= FLAG_QUOTED;
                flags[n++] = flag;
                halves += 2;
                sentence_start = ended = 0;
                p += letters - 1;
                if (*p == ' ') p++;
                if (p < end && *p < 0x80) entry = table[*p++];       /* no ASCII character is ignored */
                else entry = next_entry(&p, end, table, points);
                continue;
            }
        }
        if (kind == LETTER || kind == DIGIT) {
            WordHash w;
            unsigned char flag = 0;
            unsigned run = 0;          /* letters since the word began or since its last dot */
            word_begin(&w);
            if (n == line_start && SMALL(entry)) continued++;
            if (CAPITAL(entry)) { flag |= FLAG_CAPITAL; if (!sentence_start) flag |= FLAG_NAME; }
            sentence_start = 0;
            ended = 0;
            if (quoted || straight) flag |= FLAG_QUOTED;
            for (;;) {
                word_point(&w, FOLDED(entry));
                if (kind == DIGIT) { flag |= FLAG_DIGIT; }
                run++;
                const unsigned previous = kind;
                entry = next_entry(&p, end, table, points);
                kind = CLASS(entry);
                if (kind == LETTER || kind == DIGIT) continue;
                if (kind == HYPHEN && previous == LETTER) {      /* a word broken at the end of a line */
                    const unsigned char *ahead = p;
                    uint32_t after = ahead > end ? 0 : next_entry(&ahead, end, table, points);
                    if (CLASS(after) == NEWLINE && ahead <= end) {
                        after = next_entry(&ahead, end, table, points);
                        if (CLASS(after) == LETTER) { p = ahead; entry = after; kind = LETTER; continue; }
                    }
                }
                if (kind == JOINER || kind == DOT || kind == COMMA) {
                    const unsigned char *ahead = p;
                    uint32_t after = ahead > end ? (uint32_t)NEWLINE << 24 : next_entry(&ahead, end, table, points);
                    unsigned then = CLASS(after);
                    if ((kind == JOINER && previous == LETTER && then == LETTER)
                        || (kind == DOT && run == 1 && previous == LETTER && then == LETTER)
                        || (kind != JOINER && previous == DIGIT && then == DIGIT)) {
                        p = ahead;
                        entry = after;
                        if (kind == DOT) run = 0;
                        kind = then;
                        continue;
                    }
                }
                break;
            }
            words[n] = word_end(&w);
            flags[n] = flag;
            capitals += (flag & FLAG_CAPITAL) != 0;
            n++;
            halves += 2;
            continue;
        }
        if (kind == WHOLE) {           /* scripts without spaces: a word is a character and the one after it */
            WordHash w;
            word_begin(&w);
            word_point(&w, FOLDED(entry));
            entry = next_entry(&p, end, table, points);
            if (CLASS(entry) == WHOLE) word_point(&w, FOLDED(entry));
            words[n] = word_end(&w);
            flags[n] = (quoted || straight) ? FLAG_QUOTED : 0;
            n++;
            halves += 1;
            ended = 0;
            sentence_start = 0;
            continue;
        }
        switch (kind) {
        case NEWLINE:
            if (n > line_start) {
                lines++;
                if (halves > longest) longest = halves;
                if (halves < 2 * (int64_t)line_words && !(ended && halves >= 2 * (int64_t)sentence_words)) {
                    for (int64_t i = line_start; i < n; i++) flags[i] |= FLAG_SHORT_LINE;
                    short_words += n - line_start;
                }
            }
            line_start = n;
            halves = 0;
            quoted = straight = ended = 0;
            sentence_start = 1;
            break;
        case TERMINAL: case DOT: ended = 1; sentence_start = 1; break;
        case COLON: sentence_start = 1; break;
        case OPENING: quoted = 1; sentence_start = 1; break;
        case CLOSING: quoted = 0; break;
        case STRAIGHT: straight = !straight; sentence_start = 1; break;
        default: break;
        }
        if (p > end) break;
        entry = next_entry(&p, end, table, points);
    }
    unsigned char keep = 0xFF;
    if (2 * capitals > n) keep &= (unsigned char)~(FLAG_NAME | FLAG_CAPITAL);   /* they say nothing where all are */
    /* Lines broken by width are no menu: many go on with a small letter, or all are full and none is long. */
    int wrapped = lines >= 4 && ((longest <= 60 && 10 * continued >= 3 * lines) || (longest <= 40 && 2 * n >= 11 * lines));
    int drop = !wrapped && n - short_words >= (int64_t)line_words;
    if (credits) {                     /* a word that a credit may begin with, near the head or the end */
        *credited = 0;
        for (int64_t i = 0; i < n; i++) {
            if (i == CREDIT_WORDS && n > 2 * CREDIT_WORDS) i = n - CREDIT_WORDS;
            *credited |= credits[(words[i] & 0xFFFF) >> 3] >> (words[i] & 7) & 1;
        }
    }
    int64_t kept = 0;
    uint64_t chain = WORD_SEED;
    *all = n;
    for (int64_t i = 0; i < n; i++) {
        chain = (chain ^ words[i]) * WORD_MULTIPLIER;
        chain ^= chain >> 32;
        unsigned char flag = flags[i] & keep;
        if (wrapped) flag &= (unsigned char)~FLAG_SHORT_LINE;
        if (drop && (flag & FLAG_SHORT_LINE)) continue;
        words[kept] = words[i];
        flags[kept++] = flag;
    }
    *digest = chain;
    return kept;
}

/* ------------------------------------------------------------------------------------- shingles */

/* Hash of every run of k words, shape (n - k + 1,); a text shorter than k is one shingle of all its words. */
WIDE static int64_t hash_shingles(const uint32_t *words, int64_t n, int64_t k, uint64_t *out) {
    if (n == 0) return 0;
    if (n < k) k = n;
    int64_t count = n - k + 1;
    for (int64_t i = 0; i < count; i++) out[i] = words[i];
    for (int64_t j = 1; j < k; j++)
        for (int64_t i = 0; i < count; i++) out[i] = out[i] * SHINGLE_BASE + words[i + j];
    for (int64_t i = 0; i < count; i++) out[i] = mix64(out[i] + (uint64_t)k);
    return count;
}

/* One-permutation signature: slot = high bits of the hash, value = its next 32 bits, least value wins. Empty slots
   borrow from a filled one that a fixed sequence of probes finds (optimal densification). */
WIDE static void sign(const uint64_t *shingles, int64_t n, int64_t slots, unsigned bits, uint32_t *out) {
    uint32_t empty[4096];
    int64_t holes = 0;
    memset(out, 0xFF, (size_t)slots * 4);
    if (n == 0) return;
    for (int64_t i = 0; i < n; i++) {
        uint64_t h = shingles[i];
        uint64_t slot = h >> (64 - bits);
        uint32_t value = (uint32_t)(h >> (32 - bits));
        if (value == 0xFFFFFFFFu) value = 0xFFFFFFFEu;
        if (value < out[slot]) out[slot] = value;
    }
    for (int64_t s = 0; s < slots; s++) if (out[s] == 0xFFFFFFFFu) empty[holes++] = (uint32_t)s;
    if (!holes) return;
    unsigned char filled[4096];
    for (int64_t s = 0; s < slots; s++) filled[s] = out[s] != 0xFFFFFFFFu;
    for (int64_t e = 0; e < holes; e++) {
        uint64_t s = empty[e], probe = 1, donor;
        do { donor = mix64(s << 32 | probe++) >> (64 - bits); } while (!filled[donor]);
        out[s] = out[donor];
    }
}

/* ------------------------------------------------------------------------------------ alignment */

enum {
    WORDS_A, WORDS_B, SHINGLES_A, SHINGLES_B, SHINGLES_SHARED, COVERED_A, COVERED_B, MATCHED, BLOCKS, LONGEST,
    HEAD_A, TAIL_A, HEAD_B, TAIL_B, MOVED, NUMBERS_SAME, NUMBERS_DIFFER, NAMES_SAME, NAMES_DIFFER, QUOTED,
    SHORT_LINES, INNER_A, INNER_B, COUNTS
};

#define SEED 3            /* words of a seed of an alignment */
#define STRAY 24          /* a shorter first or last passage in common, this many words ... */
#define APART 30          /* ... from the next, is a headline or a caption */
#define COMMON 16         /* a seed that stands more often than this in one text starts nothing */

typedef struct { int64_t a, b, a_end, b_end, matched; } Block;

typedef struct {
    int64_t capacity;
    int32_t *next, *match, *head;
    int64_t head_size;
    uint64_t *shingles, *set;
    Block *blocks;
    unsigned char *cover_a, *cover_b, *matched_a, *matched_b;
} Scratch;

static int64_t power_of_two(int64_t n) { int64_t size = 16; while (size < n) size <<= 1; return size; }

static void scratch_free(Scratch *s) {
    free(s->next); free(s->match); free(s->head); free(s->shingles); free(s->set); free(s->blocks);
    free(s->cover_a); free(s->cover_b); free(s->matched_a); free(s->matched_b);
    memset(s, 0, sizeof *s);
}

static int scratch_fit(Scratch *s, int64_t n) {
    if (n <= s->capacity) return 1;
    scratch_free(s);
    int64_t c = power_of_two(n);
    s->next = malloc((size_t)c * 4); s->match = malloc((size_t)c * 4); s->head = malloc((size_t)c * 8);
    s->shingles = malloc((size_t)c * 8); s->set = malloc((size_t)c * 16); s->blocks = malloc((size_t)c * sizeof(Block));
    s->cover_a = malloc((size_t)c); s->cover_b = malloc((size_t)c);
    s->matched_a = malloc((size_t)c); s->matched_b = malloc((size_t)c);
    if (!s->next || !s->match || !s->head || !s->shingles || !s->set || !s->blocks || !s->cover_a || !s->cover_b
        || !s->matched_a || !s->matched_b) { scratch_free(s); return 0; }
    s->capacity = c;
    return 1;
}

/* Adds to an open-addressed set of nonzero keys; returns 1 where the key is new. A key's lowest bit is `tag`-free: the
   set stores key | 1 and marks shared keys by clearing nothing; see count_shingles. */
static inline int64_t set_place(const uint64_t *set, uint64_t mask, uint64_t key) {
    uint64_t place = key >> 8 & mask;
    while (set[place] && (set[place] | 2) != (key | 2)) place = (place + 1) & mask;
    return (int64_t)place;
}

/* Distinct shingles of a, of b, and of both. Bit 0 of a stored key says "taken", bit 1 "seen in b too"; those two
   bits of the hash are given up. */
static void count_shingles(Scratch *s, const uint32_t *a, int64_t na, const uint32_t *b, int64_t nb, int64_t k, int32_t *out) {
    int64_t size = power_of_two(2 * na), count = hash_shingles(a, na, k, s->shingles);
    uint64_t mask = (uint64_t)size - 1;
    int32_t distinct_a = 0, distinct_b = 0, shared = 0;
    memset(s->set, 0, (size_t)size * 8);
    for (int64_t i = 0; i < count; i++) {
        uint64_t key = (s->shingles[i] & ~3ull) | 1;
        int64_t place = set_place(s->set, mask, key);
        if (!s->set[place]) { s->set[place] = key; distinct_a++; }
    }
    count = hash_shingles(b, nb, k, s->shingles);
    for (int64_t i = 0; i < count; i++) {
        uint64_t key = (s->shingles[i] & ~3ull) | 1;
        int64_t place = set_place(s->set, mask, key);
        if (s->set[place] && !(s->set[place] & 2)) { s->set[place] |= 2; shared++; }
    }
    size = power_of_two(2 * nb);
    mask = (uint64_t)size - 1;
    memset(s->set, 0, (size_t)size * 8);
    for (int64_t i = 0; i < count; i++) {
        uint64_t key = (s->shingles[i] & ~3ull) | 1;
        int64_t place = set_place(s->set, mask, key);
        if (!s->set[place]) { s->set[place] = key; distinct_b++; }
    }
    out[SHINGLES_A] = distinct_a;
    out[SHINGLES_B] = distinct_b;
    out[SHINGLES_SHARED] = shared;
}

static inline uint64_t seed_place(const uint32_t *w, uint64_t mask) {
    uint64_t h = ((uint64_t)w[0] * SHINGLE_BASE + w[1]) * SHINGLE_BASE + w[2];
    return (h ^ h >> 29) * WORD_FINAL >> 20 & mask;
}

static inline int seed_equal(const uint32_t *x, const uint32_t *y) { return x[0] == y[0] && x[1] == y[1] && x[2] == y[2]; }

/* For each seed of b the place in a that it continues, or the nearest to where it would, or -1. */
static void match_seeds(Scratch *s, const uint32_t *a, int64_t na, const uint32_t *b, int64_t nb) {
    int64_t size = power_of_two(na), seeds_a = na - SEED + 1, seeds_b = nb - SEED + 1;
    uint64_t mask = (uint64_t)size - 1;
    int64_t last_a = -1, last_b = -1;
    memset(s->head, 0xFF, (size_t)size * 4);
    for (int64_t i = seeds_a - 1; i >= 0; i--) {
        uint64_t place = seed_place(a + i, mask);
        s->next[i] = s->head[place];
        s->head[place] = (int32_t)i;
    }
    for (int64_t j = 0; j < seeds_b; j++) {
        int64_t expected = last_a < 0 ? -1 : last_a + (j - last_b), best = -1;
        if (expected >= 0 && expected < seeds_a && seed_equal(a + expected, b + j)) best = expected;
        else {
            int64_t found = 0, nearest = 0;
            for (int64_t i = s->head[seed_place(b + j, mask)]; i >= 0; i = s->next[i]) {
                if (!seed_equal(a + i, b + j)) continue;
                int64_t distance = last_a < 0 ? 0 : (i > expected ? i - expected : expected - i);
                if (!found || distance < nearest) { nearest = distance; best = i; }
                if (++found > COMMON) { best = -1; break; }
            }
        }
        s->match[j] = (int32_t)best;
        if (best >= 0) { last_a = best; last_b = j; }
    }
}

/* Matches that follow each other within `gap` words on both sides are one block. */
static int64_t link_blocks(Scratch *s, int64_t seeds_b, int64_t gap, int64_t least) {
    int64_t count = 0;
    Block *blocks = s->blocks, open = {0, 0, 0, 0, -1};
    int64_t last_a = 0, last_b = 0;
    for (int64_t j = 0; j <= seeds_b; j++) {
        int64_t i = j < seeds_b ? s->match[j] : -1;
        if (j < seeds_b && i < 0) continue;
        int64_t da = i - last_a, db = j - last_b;
        if (j < seeds_b && open.matched >= 0 && da > 0 && da <= gap + SEED && db <= gap + SEED) {
            open.matched += db < SEED ? db : SEED;
        } else {
            if (open.matched >= 0) {
                open.a_end = last_a + SEED;
                open.b_end = last_b + SEED;
                if (open.matched >= least) blocks[count++] = open;
                else for (int64_t x = open.b; x <= last_b; x++) s->match[x] = -1;
            }
            if (j == seeds_b) break;
            open.a = i; open.b = j; open.matched = SEED;
        }
        last_a = i;
        last_b = j;
    }
    return count;
}

static void count_salient(const Scratch *s, const uint32_t *a, const unsigned char *fa, const uint32_t *b, const unsigned char *fb,
                          int64_t blocks, int32_t *out) {
    for (int64_t k = 0; k < blocks; k++) {
        const Block *block = s->blocks + k;
        int64_t ia = block->a, jb = block->b;            /* first words not yet accounted for */
        for (int64_t j = block->b; j <= block->b_end - SEED; j++) {
            int64_t i = s->match[j];
            if (i < 0) continue;
            int64_t ga = i - ia, gb = j - jb;            /* words between the last match and this one */
            if (ga > 0 && gb > 0) {
                int32_t numbers_a = 0, numbers_b = 0, names_a = 0, names_b = 0;
                for (int64_t x = ia; x < i; x++) {
                    int same = 0;
                    for (int64_t y = jb; y < j; y++) same |= a[x] == b[y];
                    if (fa[x] & FLAG_DIGIT) { if (same) out[NUMBERS_SAME]++; else numbers_a++; }
                    else if (same) out[NAMES_SAME] += (fa[x] & FLAG_NAME) != 0;
                    else names_a += (fa[x] & FLAG_CAPITAL) != 0;
                }
                for (int64_t y = jb; y < j; y++) {
                    int same = 0;
                    for (int64_t x = ia; x < i; x++) same |= a[x] == b[y];
                    if (!same && fb[y] & FLAG_DIGIT) numbers_b++;
                    else if (!same && fb[y] & FLAG_CAPITAL) names_b++;
                }
                out[NUMBERS_DIFFER] += numbers_a < numbers_b ? numbers_a : numbers_b;
                out[NAMES_DIFFER] += names_a < names_b ? names_a : names_b;
            }
            for (int64_t x = 0; x < SEED; x++) {
                if (j + x < jb) continue;
                unsigned char either = fa[i + x] | fb[j + x], both = fa[i + x] & fb[j + x];
                out[MATCHED]++;
                if (either & FLAG_DIGIT) out[NUMBERS_SAME]++;
                else if (either & FLAG_NAME) out[NAMES_SAME]++;
                if (either & FLAG_QUOTED) out[QUOTED]++;
                if (both & FLAG_SHORT_LINE) out[SHORT_LINES]++;
            }
            if (i + SEED > ia) ia = i + SEED;
            if (j + SEED > jb) jb = j + SEED;
        }
    }
}

static void count_cover(const unsigned char *cover, int64_t n, int32_t *covered, int32_t *head, int32_t *tail, int32_t *inner) {
    int64_t first = 0, last = n, widest = 0, run = 0, total = 0, end;
    for (int64_t i = 0; i < n; i++) total += cover[i];
    if (!total) { *covered = 0; *head = (int32_t)n; *tail = (int32_t)n; *inner = 0; return; }
    while (!cover[first]) first++;
    while (!cover[last - 1]) last--;
    /* A headline or a caption that repeats the story's words, far from the rest, is not where the story begins. */
    for (end = first; end < last && cover[end]; end++) {}
    for (run = end; run < last && !cover[run]; run++) {}
    if (end < last && end - first < STRAY && run - end > APART) first = run;
    for (end = last; end > first && cover[end - 1]; end--) {}
    for (run = end; run > first && !cover[run - 1]; run--) {}
    if (end > first && last - end < STRAY && end - run > APART) last = run;
    run = 0;
    for (int64_t i = first; i < last; i++) {
        if (cover[i]) run = 0;
        else if (++run > widest) widest = run;
    }
    *covered = (int32_t)total;
    *head = (int32_t)first;
    *tail = (int32_t)(n - last);
    *inner = (int32_t)widest;
}

/* What two texts share and where: COUNTS numbers, see alignment.py. Returns 0 where memory ran out. */
static int align(Scratch *s, const uint32_t *a, const unsigned char *fa, int64_t na, const uint32_t *b, const unsigned char *fb,
                 int64_t nb, int64_t k, int64_t gap, int64_t least, int32_t *out) {
    memset(out, 0, COUNTS * 4);
    out[WORDS_A] = (int32_t)na;
    out[WORDS_B] = (int32_t)nb;
    out[HEAD_A] = out[TAIL_A] = (int32_t)na;
    out[HEAD_B] = out[TAIL_B] = (int32_t)nb;
    if (na == 0 || nb == 0) return 1;
    if (!scratch_fit(s, na > nb ? na : nb)) return 0;
    count_shingles(s, a, na, b, nb, k, out);
    if (na < SEED || nb < SEED) return 1;
    match_seeds(s, a, na, b, nb);
    link_blocks(s, nb - SEED + 1, gap, SEED + 1);        /* a lone seed far off must not part what belongs together */
    int64_t blocks = link_blocks(s, nb - SEED + 1, gap, least);
    memset(s->cover_a, 0, (size_t)na);
    memset(s->cover_b, 0, (size_t)nb);
    for (int64_t x = 0; x < blocks; x++) {
        const Block *block = s->blocks + x;
        memset(s->cover_a + block->a, 1, (size_t)(block->a_end - block->a));
        memset(s->cover_b + block->b, 1, (size_t)(block->b_end - block->b));
        if (block->b_end - block->b > out[LONGEST]) out[LONGEST] = (int32_t)(block->b_end - block->b);
        if (x && block->a < s->blocks[x - 1].a) out[MOVED]++;
    }
    out[BLOCKS] = (int32_t)blocks;
    count_salient(s, a, fa, b, fb, blocks, out);
    count_cover(s->cover_a, na, out + COVERED_A, out + HEAD_A, out + TAIL_A, out + INNER_A);
    count_cover(s->cover_b, nb, out + COVERED_B, out + HEAD_B, out + TAIL_B, out + INNER_B);
    return 1;
}

/* --------------------------------------------------------------------------------------- python */

typedef struct { Py_buffer view; int held; } Buffer;

static int take(PyObject *object, Buffer *buffer, int writable) {
    if (PyObject_GetBuffer(object, &buffer->view, writable ? PyBUF_CONTIG : PyBUF_CONTIG_RO) < 0) return 0;
    buffer->held = 1;
    return 1;
}

static void give_back(Buffer *buffers, int count) {
    for (int i = 0; i < count; i++) if (buffers[i].held) PyBuffer_Release(&buffers[i].view);
}

typedef struct { const char *text; Py_ssize_t length; } Text;

/* Pointers into the strings (str, or bytes of valid UTF-8) of a list; they live as long as the list, which the caller holds. */
static Text *take_texts(PyObject *list, Py_ssize_t *count, Py_ssize_t *longest) {
    if (!PyList_Check(list)) { PyErr_SetString(PyExc_TypeError, "texts is a list of str or UTF-8"); return NULL; }
    *count = PyList_Size(list);
    *longest = 0;
    Text *texts = malloc((size_t)(*count + 1) * sizeof(Text));
    if (!texts) { PyErr_NoMemory(); return NULL; }
    for (Py_ssize_t i = 0; i < *count; i++) {
        PyObject *text = PyList_GetItem(list, i);
        if (text && PyBytes_Check(text)) {
            texts[i].text = PyBytes_AsString(text);
            texts[i].length = PyBytes_Size(text);
        } else texts[i].text = text ? PyUnicode_AsUTF8AndSize(text, &texts[i].length) : NULL;
        if (!texts[i].text) { free(texts); return NULL; }
        if (texts[i].length > *longest) *longest = texts[i].length;
    }
    return texts;
}

static PyObject *kernel_words(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *list, *objects[6];
    unsigned int line_words, sentence_words;
    Buffer buffers[6] = {0};
    static const int writable[6] = {0, 1, 1, 1, 1, 1};
    if (!PyArg_ParseTuple(args, "OOIIOOOOO", &list, &objects[0], &line_words, &sentence_words, &objects[1], &objects[2],
                          &objects[3], &objects[4], &objects[5]))
        return NULL;
    Py_ssize_t count, longest, total = 0;
    Text *texts = take_texts(list, &count, &longest);
    if (!texts) return NULL;
    for (Py_ssize_t i = 0; i < count; i++) total += texts[i].length;
    for (int i = 0; i < 6; i++)
        if (!take(objects[i], &buffers[i], writable[i])) { free(texts); give_back(buffers, 6); return NULL; }
    if (buffers[1].view.len < 4 * total || buffers[2].view.len < total || buffers[3].view.len < 8 * (count + 1)
        || buffers[4].view.len < 8 * count || buffers[5].view.len < 8 * count || buffers[0].view.len < 4 * 128) {
        free(texts);
        give_back(buffers, 6);
        PyErr_SetString(PyExc_ValueError, "an output is too small for the texts");
        return NULL;
    }
    int64_t *offsets = buffers[3].view.buf;
    Py_BEGIN_ALLOW_THREADS
    int64_t *lengths = buffers[4].view.buf;
    uint64_t *digests = buffers[5].view.buf;
    offsets[0] = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        offsets[i + 1] = offsets[i] + split_words(texts[i].text, texts[i].length, buffers[0].view.buf,
            (uint32_t)(buffers[0].view.len / 4), line_words, sentence_words, (uint32_t *)buffers[1].view.buf + offsets[i],
            (unsigned char *)buffers[2].view.buf + offsets[i], lengths + i, digests + i, NULL, NULL);
    Py_END_ALLOW_THREADS
    free(texts);
    give_back(buffers, 6);
    Py_RETURN_NONE;
}

/* signatures(texts, table, line_words, sentence_words, k, slots, out_signatures, out_digests, anchor_k, anchor_mask,
   out_anchors, out_counts, credits, out_credited) */
static PyObject *kernel_signatures(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *list, *objects[7];
    unsigned int line_words, sentence_words, k, slots, anchor_k;
    unsigned long long anchor_mask;
    Buffer buffers[7] = {0};
    static const int writable[7] = {0, 1, 1, 1, 1, 0, 1};
    if (!PyArg_ParseTuple(args, "OOIIIIOOIKOOOO", &list, &objects[0], &line_words, &sentence_words, &k, &slots, &objects[1],
                          &objects[2], &anchor_k, &anchor_mask, &objects[3], &objects[4], &objects[5], &objects[6]))
        return NULL;
    if (slots < 2 || slots > 4096 || (slots & (slots - 1)) || !k || !anchor_k) {
        PyErr_SetString(PyExc_ValueError, "slots is a power of two from 2 to 4096, a shingle has one word or more");
        return NULL;
    }
    unsigned bits = 0;
    while ((1u << bits) < slots) bits++;
    Py_ssize_t count, longest;
    Text *texts = take_texts(list, &count, &longest);
    if (!texts) return NULL;
    for (int i = 0; i < 7; i++)
        if (!take(objects[i], &buffers[i], writable[i])) { free(texts); give_back(buffers, 7); return NULL; }
    int64_t room = buffers[3].view.len / 8, used = 0;
    uint32_t *words = malloc((size_t)(longest + 1) * 4);
    unsigned char *flags = malloc((size_t)(longest + 1));
    uint64_t *shingles = malloc((size_t)(longest + 1) * 8);
    int fits = buffers[1].view.len >= (Py_ssize_t)(4 * count * slots) && buffers[2].view.len >= 8 * 4 * count
        && buffers[4].view.len >= 8 * count && buffers[5].view.len >= 8192 && buffers[6].view.len >= count
        && buffers[0].view.len >= 4 * 128;
    if (!words || !flags || !shingles || !fits) {
        free(words); free(flags); free(shingles); free(texts);
        give_back(buffers, 7);
        if (fits) return PyErr_NoMemory();
        PyErr_SetString(PyExc_ValueError, "an output is too small for the texts");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    uint32_t *signatures = buffers[1].view.buf;
    const unsigned char *credits = buffers[5].view.buf;
    unsigned char *credited = buffers[6].view.buf;
    uint64_t *digests = buffers[2].view.buf, *anchors = buffers[3].view.buf;
    int64_t *counts = buffers[4].view.buf, all;
    for (Py_ssize_t i = 0; i < count; i++) {
        int64_t n = split_words(texts[i].text, texts[i].length, buffers[0].view.buf, (uint32_t)(buffers[0].view.len / 4),
                                line_words, sentence_words, words, flags, &all, digests + 4 * i, credits, credited + i);
        int64_t m = hash_shingles(words, n, k, shingles);
        sign(shingles, m, slots, bits, signatures + (int64_t)i * slots);
        uint64_t sum = (uint64_t)all;
        for (int64_t j = 0; j < m; j++) sum += shingles[j] * shingles[j];
        digests[4 * i + 1] = sum;
        digests[4 * i + 2] = (uint64_t)n;
        digests[4 * i + 3] = (uint64_t)all;
        int64_t start = used;
        if (anchor_mask != ~0ull) {
            m = hash_shingles(words, n, anchor_k, shingles);
            for (int64_t j = 0; j < m && used < room; j++) if (!(shingles[j] & anchor_mask)) anchors[used++] = shingles[j];
        }
        counts[i] = used - start;
    }
    Py_END_ALLOW_THREADS
    free(words); free(flags); free(shingles); free(texts);
    give_back(buffers, 7);
    return PyLong_FromLongLong(used);
}

/* align(words, flags, offsets, pairs, k, gap, least, out_counts) */
static PyObject *kernel_align(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *objects[5];
    unsigned int k, gap, least;
    Buffer buffers[5] = {0};
    static const int writable[5] = {0, 0, 0, 0, 1};
    if (!PyArg_ParseTuple(args, "OOOOIIIO", &objects[0], &objects[1], &objects[2], &objects[3], &k, &gap, &least, &objects[4]))
        return NULL;
    for (int i = 0; i < 5; i++)
        if (!take(objects[i], &buffers[i], writable[i])) { give_back(buffers, 5); return NULL; }
    const uint32_t *words = buffers[0].view.buf;
    const unsigned char *flags = buffers[1].view.buf;
    const int64_t *offsets = buffers[2].view.buf, *pairs = buffers[3].view.buf;
    int64_t texts = buffers[2].view.len / 8 - 1, count = buffers[3].view.len / 16;
    int32_t *out = buffers[4].view.buf;
    int valid = k > 0 && texts >= 0 && buffers[4].view.len >= count * COUNTS * 4 && buffers[1].view.len >= buffers[0].view.len / 4;
    for (int64_t i = 0; valid && i < texts; i++) valid = offsets[i] >= 0 && offsets[i] <= offsets[i + 1];
    valid = valid && (texts == 0 || offsets[texts] <= buffers[0].view.len / 4);
    for (int64_t i = 0; valid && i < 2 * count; i++) valid = pairs[i] >= 0 && pairs[i] < texts;
    if (!valid) {
        give_back(buffers, 5);
        PyErr_SetString(PyExc_ValueError, "offsets, pairs or the output do not fit the words");
        return NULL;
    }
    int enough = 1;
    Py_BEGIN_ALLOW_THREADS
    Scratch scratch = {0};
    for (int64_t i = 0; i < count && enough; i++) {
        int64_t a = offsets[pairs[2 * i]], b = offsets[pairs[2 * i + 1]];
        enough = align(&scratch, words + a, flags + a, offsets[pairs[2 * i] + 1] - a, words + b, flags + b,
                       offsets[pairs[2 * i + 1] + 1] - b, k, gap, least, out + i * COUNTS);
    }
    scratch_free(&scratch);
    Py_END_ALLOW_THREADS
    give_back(buffers, 5);
    if (!enough) return PyErr_NoMemory();
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"words", kernel_words, METH_VARARGS, "Split texts into word hashes and flags."},
    {"signatures", kernel_signatures, METH_VARARGS, "Signatures, digests and anchors of texts."},
    {"align", kernel_align, METH_VARARGS, "Count what pairs of texts share, and where."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Inner loops of the duplicates stage.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    PyObject *m = PyModule_Create(&module);
    if (m && PyModule_AddIntConstant(m, "COUNTS", COUNTS) < 0) { Py_DECREF(m); return NULL; }
    return m;
}
