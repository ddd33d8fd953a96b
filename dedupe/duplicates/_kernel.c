/* The inner loops of the duplicates stage: texts -> words -> signatures, and pairs of texts -> counts.

   Numbers in, numbers out: nothing here knows an article, a threshold with a meaning, or a relation.
   Every function has a twin in numpy and Python (`normalise.py`, `minhash.py`, `alignment.py`) that gives
   the same bits; the twin is the definition, this file is the fast way there. The GIL is released while
   numbers are crunched; no state is kept between calls.
*/
#include "../_kernel.h"

#define INTERFACE 4  /* one more whenever what a function takes or gives changes; `dedupe/kernels.py` has the same */

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
#define SPREAD 0xD6E8FEB86659FD93ull

static inline uint64_t mix64(uint64_t x) {
    x ^= x >> 33; x *= 0xFF51AFD7ED558CCDull;
    x ^= x >> 33; x *= 0xC4CEB9FE1A85EC53ull;
    x ^= x >> 33;
    return x;
}

static int64_t power_of_two(int64_t n) { int64_t size = 16; while (size < n) size <<= 1; return size; }

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

/* What is noted of a text while it is read: words of more than 8 letters, not hashed yet, each as its number << 32 | the byte
   where it starts; and lines that are no prose, each as its first word << 32 | the word after its last. */
typedef struct { uint64_t *longer, *short_lines; } Notes;

static void notes_free(Notes *notes) { free(notes->longer); free(notes->short_lines); }

static int notes_fit(Notes *notes, int64_t longest) {
    notes->longer = malloc((size_t)(longest + 1) * 8);
    notes->short_lines = malloc((size_t)(longest + 1) * 8);
    if (notes->longer && notes->short_lines) return 1;
    notes_free(notes);
    return 0;
}

/* What a text's words are while they are read; the words themselves, and their flags where those are wanted. */
typedef struct {
    uint32_t *words;
    unsigned char *flags;
    Notes notes;
    int64_t n, line_start, capitals, longer;
    int64_t lines, longest, short_words, continued, short_count;
    int64_t characters;         /* of the line: words that are one character, which count half */
    int64_t ended;              /* words before the last end of a sentence in the line; -1: none ended */
    uint32_t line_words, sentence_words;
    int sentence_start, quoted, straight;
} Reading;

ALWAYS_INLINE void take_word(Reading *r, uint32_t hash, unsigned flag, int flagged) {
    r->words[r->n] = hash;
    if (flagged) {
        if (flag & FLAG_CAPITAL) {
            r->capitals++;
            if (!r->sentence_start) flag |= FLAG_NAME;
        }
        if (r->quoted | r->straight) flag |= FLAG_QUOTED;
        r->flags[r->n] = (unsigned char)flag;
        r->sentence_start = 0;
    }
    r->n++;
}

ALWAYS_INLINE void end_line(Reading *r) {
    if (r->n > r->line_start) {
        int64_t halves = 2 * (r->n - r->line_start) - r->characters;
        r->lines++;
        if (halves > r->longest) r->longest = halves;
        if (halves < 2 * (int64_t)r->line_words && !(r->ended == r->n && halves >= 2 * (int64_t)r->sentence_words)) {
            r->notes.short_lines[r->short_count++] = (uint64_t)r->line_start << 32 | (uint64_t)r->n;
            r->short_words += r->n - r->line_start;
        }
    }
    r->line_start = r->n;
    r->characters = 0;
    r->ended = -1;
    r->quoted = r->straight = 0;
    r->sentence_start = 1;
}

/* What stands between words. */
ALWAYS_INLINE void take_mark(Reading *r, unsigned kind) {
    switch (kind) {
    case NEWLINE: end_line(r); break;
    case TERMINAL: case DOT: r->ended = r->n; r->sentence_start = 1; break;
    case COLON: r->sentence_start = 1; break;
    case OPENING: r->quoted = 1; r->sentence_start = 1; break;
    case CLOSING: r->quoted = 0; break;
    case STRAIGHT: r->straight = !r->straight; r->sentence_start = 1; break;
    default: break;
    }
}

/* Any one word or mark at p; returns where it ends, end + 1 after the last. */
ALWAYS_INLINE const unsigned char *read_any(Reading *r, const unsigned char *p, const unsigned char *end,
                                            const uint32_t *table, uint32_t points, int flagged) {
    uint32_t entry = next_entry(&p, end, table, points);
    unsigned kind = CLASS(entry);
    WordHash w;
    if (kind == LETTER || kind == DIGIT) {
        unsigned flag = CAPITAL(entry) ? FLAG_CAPITAL : 0;
        unsigned run = 0;              /* letters since the word began or since its last dot */
        const unsigned char *after_word;
        word_begin(&w);
        if (r->n == r->line_start && SMALL(entry)) r->continued++;
        for (;;) {
            word_point(&w, FOLDED(entry));
            if (kind == DIGIT) flag |= FLAG_DIGIT;
            run++;
            const unsigned previous = kind;
            after_word = p;
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
        take_word(r, word_end(&w), flag, flagged);
        return after_word;
    }
    if (kind == WHOLE) {               /* scripts without spaces: a word is a character and the one after it */
        word_begin(&w);
        word_point(&w, FOLDED(entry));
        const unsigned char *after_word = p;
        entry = next_entry(&p, end, table, points);
        if (CLASS(entry) == WHOLE) word_point(&w, FOLDED(entry));
        r->characters++;
        take_word(r, word_end(&w), 0, flagged);
        return after_word;
    }
    take_mark(r, kind);
    return p;
}

#if (defined(__GNUC__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) || defined(_M_X64) || defined(_M_ARM64)
#define IN_BLOCKS 1
#else
#define IN_BLOCKS 0
#endif
#define BLOCK 64                       /* bytes that are told apart at once */
#define MARGIN 8                       /* bytes after a word that may be read with it */
#define AT_ONCE 3                      /* words of a block that are hashed together: a block has 10 or so */

#if IN_BLOCKS
#define LAST ((uint64_t)1 << 63)
#define BELOW(n) ((n) < 64 ? ((uint64_t)1 << (n)) - 1 : ~(uint64_t)0)

/* Bit i: byte i of a block is an ASCII letter; one with the bit of small letters; a space or a comma, which part words and say
   nothing else; a dot. */
typedef struct { uint64_t letter, small, gap, dot; } Bytes;

#if defined(__SSE2__) || defined(_M_X64)
ALWAYS_INLINE Bytes tell_apart(const unsigned char *p) {
    Bytes is = {0, 0, 0, 0};
    for (int i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(p + 16 * i));
        __m128i from_a = _mm_sub_epi8(_mm_or_si128(x, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
        __m128i letter = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(25)), from_a);
        __m128i gap = _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(' ')), _mm_cmpeq_epi8(x, _mm_set1_epi8(',')));
        is.letter |= (uint64_t)(unsigned)_mm_movemask_epi8(letter) << (16 * i);
        is.small |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_slli_epi16(x, 2)) << (16 * i);
        is.gap |= (uint64_t)(unsigned)_mm_movemask_epi8(gap) << (16 * i);
        is.dot |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_set1_epi8('.'))) << (16 * i);
    }
    return is;
}
#else
#define EACH(byte) (0x0101010101010101ull * (byte))
ALWAYS_INLINE uint64_t high_bits(uint64_t x) { return ((x & EACH(0x80)) >> 7) * 0x0102040810204080ull >> 56; }
ALWAYS_INLINE uint64_t bytes_equal(uint64_t x, uint64_t each) {
    x ^= each;                         /* high bit where a byte is zero: nothing carries from byte to byte */
    return ~(((x & EACH(0x7F)) + EACH(0x7F)) | x);
}
ALWAYS_INLINE Bytes tell_apart(const unsigned char *p) {
    Bytes is = {0, 0, 0, 0};
    for (int i = 0; i < 8; i++) {
        uint64_t x, folded;
        memcpy(&x, p + 8 * i, 8);
        folded = (x | EACH(0x20)) & EACH(0x7F);
        is.letter |= high_bits((folded + EACH(0x80 - 'a')) & ~(folded + EACH(0x7F - 'z')) & ~x) << (8 * i);
        is.small |= high_bits((x & EACH(0x20)) << 2) << (8 * i);
        is.gap |= high_bits(bytes_equal(x, EACH(' ')) | bytes_equal(x, EACH(','))) << (8 * i);
        is.dot |= high_bits(bytes_equal(x, EACH('.'))) << (8 * i);
    }
    return is;
}
#endif

/* Whether a run of ASCII letters may go on as the same word after its last letter. */
ALWAYS_INLINE int may_go_on(const unsigned char *after, unsigned letters, const uint32_t *table) {
    unsigned c = *after;
    if (c == ' ') return 0;
    if (c >= 0x80) return 1;
    switch (CLASS(table[c])) {
    case DIGIT: case JOINER: return 1;
    case DOT: return letters == 1;
    case HYPHEN: return after[1] >= 0x80 || CLASS(table[after[1]]) == NEWLINE;
    default: return 0;
    }
}

/* Takes 1 to 8 letters, out of 8 bytes, into the hash of a word; any other number gives some number. */
ALWAYS_INLINE uint64_t word_step(uint64_t h, uint64_t bytes, unsigned letters) {
    unsigned spare = (64 - 8 * letters) & 63;
    h = (h ^ (bytes | 0x2020202020202020ull) << spare >> spare) * WORD_MULTIPLIER;
    return h ^ h >> 32;
}

/* How many bytes of a block, out of the first `most`, can be read at once: up to the first that is neither ASCII letter nor
   mark, or to the word that may go on where its letters or the bytes end. */
ALWAYS_INLINE unsigned plain_bytes(const unsigned char *p, unsigned most, uint64_t letters, uint64_t starts, uint64_t others,
                                   const uint32_t *table) {
    for (others &= BELOW(most); others; others &= others - 1) {
        unsigned at = LOWEST_BIT(others);
        if (at && letters >> (at - 1) & 1) {
            unsigned single = at == 1 || !(letters >> (at - 2) & 1);
            if (may_go_on(p + at, single, table)) return HIGHEST_BIT(starts & BELOW(at));
        } else if (p[at] >= 0x80 || CLASS(table[p[at]]) == DIGIT) return at;
    }
    return letters >> (most - 1) & 1 ? HIGHEST_BIT(starts & BELOW(most)) : most;
}

/* The words between two marks become part of the line and the sentence. */
ALWAYS_INLINE void take_run(Reading *r, const unsigned char *p, uint64_t starts, int flagged) {
    if (!starts) return;
    int count = COUNT_BITS(starts);
    if (r->n == r->line_start) r->continued += p[LOWEST_BIT(starts)] >> 5 & 1;
    if (flagged) {
        if (r->quoted | r->straight) for (int i = 0; i < count; i++) r->flags[r->n + i] |= FLAG_QUOTED;
        if (r->sentence_start) r->flags[r->n] &= (unsigned char)~FLAG_NAME;
        r->sentence_start = 0;
    }
    r->n += count;
}

/* Words of ASCII letters and the marks between them, as far as a block goes; returns where it stopped. What is not as
   plain is left to `read_any`: *plain is 0. First the words are hashed, then the marks say what they belong to. */
ALWAYS_INLINE const unsigned char *read_block(Reading *r, const unsigned char *text, const unsigned char *p, int64_t rest,
                                              const uint32_t *table, int *plain, int flagged) {
    Bytes is;
    unsigned char last[BLOCK + MARGIN] = {0};
    unsigned most = rest - MARGIN < BLOCK ? (unsigned)(rest - MARGIN) : BLOCK;
    const unsigned char *bytes = rest < BLOCK + MARGIN ? memcpy(last, p, (size_t)rest) : p;
    is = tell_apart(bytes);
    if (!flagged) is.gap |= is.dot & is.gap >> 1 & is.letter >> 2;  /* the line goes on: only flags tell its sentences apart */
    uint64_t starts = is.letter & ~(is.letter << 1), ends = ~is.letter & (is.letter << 1), others = ~(is.letter | is.gap);
    unsigned until = plain_bytes(p, most, is.letter, starts, others, table);
    *plain = until == most || (until > 0 && is.letter >> (most - 1) & 1 && until == HIGHEST_BIT(starts & BELOW(most)));
    starts &= BELOW(until);
    uint64_t left = starts, eight = is.letter & is.letter >> 1;
    eight &= eight >> 2;
    eight &= eight >> 4;
    for (uint64_t longer = starts & eight & is.letter >> 8; longer; longer &= longer - 1) {
        unsigned start = LOWEST_BIT(longer);
        r->notes.longer[r->longer++] = (uint64_t)(r->n + COUNT_BITS(starts & BELOW(start))) << 32 | (uint64_t)(p + start - text);
    }
    uint32_t *words = r->words + r->n;
    unsigned char *flags = flagged ? r->flags + r->n : NULL;
    for (int count = COUNT_BITS(starts); count > 0; count -= AT_ONCE, words += AT_ONCE)
        for (int i = 0; i < AT_ONCE; i++, left &= left - 1, ends &= ends - 1) {   /* what is past the last is not read */
            uint64_t head;
            unsigned start = LOWEST_BIT(left | LAST), letters = LOWEST_BIT(ends | LAST) - start;
            memcpy(&head, bytes + start, 8);
            words[i] = (uint32_t)((word_step(WORD_SEED, head, letters) ^ letters) * WORD_FINAL >> 32);
            if (flagged) *flags++ = (unsigned char)((~head >> 5 & 1) * (FLAG_CAPITAL | FLAG_NAME));
        }
    if (flagged) r->capitals += COUNT_BITS(starts & ~is.small);
    unsigned from = 0;
    for (others &= BELOW(until); others; others &= others - 1) {
        unsigned at = LOWEST_BIT(others);
        take_run(r, p, starts & BELOW(at) & ~BELOW(from), flagged);
        take_mark(r, CLASS(table[p[at]]));
        from = at;
    }
    take_run(r, p, starts & ~BELOW(from), flagged);
    return p + until;
}

/* Hashes the words of more than 8 letters, in their steps. */
ALWAYS_INLINE void hash_longer(Reading *r, const unsigned char *text) {
    for (int64_t i = 0; i < r->longer; i++) {
        const unsigned char *p = text + (uint32_t)r->notes.longer[i];
        uint64_t h = WORD_SEED, bytes;
        unsigned letters = 0, run;
        do {
            for (run = 0; run < 8 && (unsigned char)((p[run] | 0x20) - 'a') < 26; run++) {}
            if (!run) break;
            memcpy(&bytes, p, 8);
            h = word_step(h, bytes, run);
            letters += run;
            p += run;
        } while (run == 8);
        r->words[r->notes.longer[i] >> 32] = (uint32_t)((h ^ letters) * WORD_FINAL >> 32);
    }
}
#endif

/* All words of one text. `words`, `flags` and the notes hold at least one place a byte of the text and
   one more. */
ALWAYS_INLINE void read_text(Reading *r, const char *text, int64_t length, const uint32_t *table, uint32_t points, int flagged) {
    const unsigned char *p = (const unsigned char *)text, *end = p + length;
    r->sentence_start = 1;
    r->ended = -1;
    while (p <= end) {
#if IN_BLOCKS
        if (end - p > MARGIN + 1) {
            int plain = 0;
            if (*p == ' ') p++;
            if (*p < 0x80) p = read_block(r, (const unsigned char *)text, p, end - p, table, &plain, flagged);
            if (plain) continue;
        }
#endif
        p = read_any(r, p, end, table, points, flagged);
    }
#if IN_BLOCKS
    hash_longer(r, (const unsigned char *)text);
#endif
}

/* A digest of words in their order. */
ALWAYS_INLINE uint64_t digest_of(const uint32_t *words, int64_t n) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < n; i++) sum += mix64((uint64_t)i << 32 | words[i]);
    return sum;
}

/* Lines broken by width are no menu: many go on with a small letter, or all are full and none is long. */
static inline int is_wrapped(const Reading *r) {
    return r->lines >= 4
        && ((r->longest <= 60 && 10 * r->continued >= 3 * r->lines) || (r->longest <= 40 && 2 * r->n >= 11 * r->lines));
}

/* Whether lines that are no prose take no part: where prose is left without them. */
static inline int drops_lines(const Reading *r) {
    return !is_wrapped(r) && r->n - r->short_words >= (int64_t)r->line_words;
}

/* Takes lines that are no prose out of words, or of their flags, `size` bytes each; returns how many are left. */
static int64_t drop_lines(const Reading *r, void *words, int64_t size) {
    char *own = words;
    int64_t kept = 0, from = 0;
    for (int64_t i = 0; i <= r->short_count; i++) {
        int64_t until = i < r->short_count ? (int64_t)(r->notes.short_lines[i] >> 32) : r->n;
        memmove(own + kept * size, own + from * size, (size_t)((until - from) * size));
        kept += until - from;
        if (i < r->short_count) from = (int64_t)(r->notes.short_lines[i] & 0xFFFFFFFFu);
    }
    return kept;
}

/* The words of one text that take part, and their flags; returns how many. */
WIDE static int64_t split_words(const char *text, int64_t length, const uint32_t *table, uint32_t points,
                                uint32_t line_words, uint32_t sentence_words, Notes notes, uint32_t *words, unsigned char *flags,
                                int64_t *all, uint64_t *digest) {
    Reading r = {.words = words, .flags = flags, .notes = notes, .line_words = line_words, .sentence_words = sentence_words};
    read_text(&r, text, length, table, points, 1);
    *all = r.n;
    *digest = digest_of(words, r.n);
    if (2 * r.capitals > r.n)                            /* they say nothing where all are */
        for (int64_t i = 0; i < r.n; i++) flags[i] &= (unsigned char)~(FLAG_NAME | FLAG_CAPITAL);
    if (drops_lines(&r)) {
        drop_lines(&r, flags, 1);
        return drop_lines(&r, words, 4);
    }
    for (int64_t i = 0; i < r.short_count && !is_wrapped(&r); i++)
        for (uint64_t x = r.notes.short_lines[i] >> 32; x < (r.notes.short_lines[i] & 0xFFFFFFFFu); x++) flags[x] |= FLAG_SHORT_LINE;
    return r.n;
}

/* ------------------------------------------------------------------------------------- shingles */

#define FIRST_BASE 0x9E3779B1u
#define SECOND_BASE 0x85EBCA77u

static inline uint32_t mix32(uint32_t x) {
    x ^= x >> 16; x *= 0x85EBCA6Bu;
    x ^= x >> 13; x *= 0xC2B2AE35u;
    return x ^ x >> 16;
}

/* Hash of every run of k words: two polynomials of them, 32 bits each, which wide registers multiply at once. */
ALWAYS_INLINE void hash_each_run(const uint32_t *words, int64_t count, int64_t k, uint64_t *out) {
    for (int64_t i = 0; i < count; i++) {
        uint32_t first = 0, second = 0;
        for (int64_t j = 0; j < k; j++) {
            first = first * FIRST_BASE + words[i + j];
            second = second * SECOND_BASE + words[i + j];
        }
        out[i] = (uint64_t)mix32(first + (uint32_t)k) << 32 | mix32(second - (uint32_t)k);
    }
}

/* Shape (n - k + 1,); a text shorter than k is one shingle of all its words. */
ALWAYS_INLINE int64_t hash_runs(const uint32_t *words, int64_t n, int64_t k, uint64_t *out) {
    if (n == 0) return 0;
    if (n < k) k = n;
    if (k == 3) hash_each_run(words, n - 2, 3, out);      /* the usual lengths, unrolled */
    else if (k == 5) hash_each_run(words, n - 4, 5, out);
    else hash_each_run(words, n - k + 1, k, out);
    return n - k + 1;
}

WIDE static int64_t hash_shingles(const uint32_t *words, int64_t n, int64_t k, uint64_t *out) {
    return hash_runs(words, n, k, out);
}

#define SIGNED 256        /* shingles whose slots and values are told together */

/* The slot that an empty slot asks in its n-th probe. */
static inline uint64_t donor_of(uint64_t slot, uint64_t probe, unsigned bits) { return mix64(slot << 32 | probe) >> (64 - bits); }

/* One-permutation signature: slot = high bits of the hash, value = its next 32 bits, least value wins. Empty slots
   borrow from a filled one that a fixed sequence of probes finds (optimal densification); `donors`: by the first. */
ALWAYS_INLINE void sign(const uint64_t *shingles, int64_t n, int64_t slots, unsigned bits, const uint16_t *donors, uint32_t *out) {
    uint32_t empty[4097];
    int64_t holes = 0;
    memset(out, 0xFF, (size_t)slots * 4);
    if (n == 0) return;
    for (int64_t from = 0; from < n; from += SIGNED) {
        uint16_t places[SIGNED];
        uint32_t values[SIGNED];
        int64_t count = n - from < SIGNED ? n - from : SIGNED;
        for (int64_t i = 0; i < count; i++) {
            uint32_t value = (uint32_t)(shingles[from + i] >> (32 - bits));
            values[i] = value - (value == 0xFFFFFFFFu);
            places[i] = (uint16_t)(shingles[from + i] >> (64 - bits));
        }
        for (int64_t i = 0; i < count; i++) {    /* no branch: whether a value is the least so far cannot be foreseen */
            uint32_t before = out[places[i]];
            out[places[i]] = values[i] < before ? values[i] : before;
        }
    }
    for (int64_t s = 0; s < slots; s++) {
        empty[holes] = (uint32_t)s;
        holes += out[s] == 0xFFFFFFFFu;
    }
    if (!holes) return;
    unsigned char filled[4096];
    for (int64_t s = 0; s < slots; s++) filled[s] = out[s] != 0xFFFFFFFFu;
    for (int64_t e = 0; e < holes; e++) {
        uint64_t s = empty[e], donor = donors[s];
        for (uint64_t probe = 2; !filled[donor]; probe++) donor = donor_of(s, probe, bits);
        out[s] = out[donor];
    }
}

/* What is wanted of texts, and what is kept of each. */
typedef struct {
    const uint32_t *table;
    uint32_t points, line_words, sentence_words;
    int64_t k, slots, anchor_k;
    unsigned bits;                         /* of a slot's number */
    uint16_t donors[4096];                 /* of each slot, if it is empty, the first that it asks */
    uint64_t anchor_mask;
    int64_t rows, bands, stride;           /* of the keys: band b of text i is keys[b * stride + i] */
    const unsigned char *credits;
    uint32_t *words;                       /* room for one text */
    Notes notes;
    uint64_t *shingles;
} Sketching;

/* Whether one of some words is one that a credit may begin with. */
ALWAYS_INLINE unsigned char may_credit(const unsigned char *credits, const uint32_t *words, int64_t n) {
    for (int64_t i = 0; i < n; i++) {
        uint32_t low = words[i] & 0xFFFF, high = 0x10000 | words[i] >> 16;
        if (credits[low >> 3] >> (low & 7) & 1 && credits[high >> 3] >> (high & 7) & 1) return 1;
    }
    return 0;
}

/* Signature, digest (of the words, of the shingles, words that take part, all words), band keys, whether a credit may
   stand in it, and anchors of one text; returns how many anchors. */
WIDE static int64_t sketch_text(const Sketching *s, const char *text, int64_t length, uint32_t *signature, uint64_t *digest,
                                uint32_t *keys, unsigned char *credited, uint64_t *anchors, int64_t room) {
    Reading r = {.words = s->words, .notes = s->notes, .line_words = s->line_words, .sentence_words = s->sentence_words};
    read_text(&r, text, length, s->table, s->points, 0);
    int64_t ends = r.n > 2 * CREDIT_WORDS ? CREDIT_WORDS : r.n;
    *credited = may_credit(s->credits, r.words, ends) || may_credit(s->credits, r.words + r.n - ends, ends);
    digest[0] = digest_of(r.words, r.n);
    int64_t n = drops_lines(&r) ? drop_lines(&r, r.words, 4) : r.n;
    int64_t count = hash_runs(r.words, n, s->k, s->shingles), found = 0;
    uint64_t sum = (uint64_t)r.n;
    sign(s->shingles, count, s->slots, s->bits, s->donors, signature);
    for (int64_t i = 0; i < count; i++) sum += (s->shingles[i] >> 32) * (uint32_t)s->shingles[i];
    for (int64_t b = 0; b < s->bands; b++) {
        uint64_t key = 0;
        for (int64_t row = b * s->rows; row < (b + 1) * s->rows; row += 2)
            key = mix64(key ^ (signature[row] | (row + 1 < (b + 1) * s->rows ? (uint64_t)signature[row + 1] << 32 : 0)));
        keys[b * s->stride] = (uint32_t)(key >> 32);
    }
    digest[1] = sum;
    digest[2] = (uint64_t)n;
    digest[3] = (uint64_t)r.n;
    if (s->anchor_mask == ~0ull) return 0;
    count = hash_runs(r.words, n, s->anchor_k, s->shingles);
    for (int64_t i = 0; i < count && found < room; i++) {    /* no branch: which hash is an anchor cannot be foreseen */
        anchors[found] = s->shingles[i];
        found += !(s->shingles[i] & s->anchor_mask);
    }
    return found;
}

typedef struct { const char *text; Py_ssize_t length; } Text;

/* -------------------------------------------------------------------------------------- buckets */

/* Codes are spread over parts by their hash, so that a part and its table of codes fit into a cache, and each part is
   grouped by itself: time grows with the number of codes, whatever their order and however many are equal. */
#define PART 8192                      /* codes in a part, about */

typedef struct { uint64_t *codes; int64_t *edges; unsigned bits; int64_t parts, widest; } Parts;

static void parts_free(Parts *p) { free(p->codes); free(p->edges); memset(p, 0, sizeof *p); }

/* Of a code, `shift` low bits say which text it is of; the others are what is compared. */
static inline uint64_t place_of(uint64_t code, unsigned shift) { return (code >> shift) * SPREAD; }

static int parts_of(Parts *p, int64_t n) {
    p->bits = 0;
    while (p->bits < 16 && (n >> p->bits) > PART) p->bits++;
    p->parts = (int64_t)1 << p->bits;
    p->codes = malloc((size_t)(n + 1) * 8);
    p->edges = calloc((size_t)p->parts + 1, 8);
    return p->codes && p->edges;
}

static inline uint64_t part_of(const Parts *p, uint64_t code, unsigned shift) {
    return p->bits ? place_of(code, shift) >> (64 - p->bits) : 0;
}

/* Moves codes into their parts, each part in the order that they had. */
static void spread(Parts *p, const uint64_t *codes, int64_t n, unsigned shift) {
    int64_t *edges = p->edges;
    for (int64_t i = 0; i < n; i++) edges[part_of(p, codes[i], shift) + 1]++;
    p->widest = 0;
    for (int64_t k = 1; k <= p->parts; k++) {
        if (edges[k] > p->widest) p->widest = edges[k];
        edges[k] += edges[k - 1];
    }
    for (int64_t i = 0; i < n; i++) p->codes[edges[part_of(p, codes[i], shift)]++] = codes[i];
    memmove(edges + 1, edges, (size_t)p->parts * 8);
    edges[0] = 0;
}

/* Which of 64 places were marked, and which twice. */
typedef struct { uint64_t once, twice; } Marks;

#define MARKED 4                       /* codes that are marked in 64 places at most: 1 in 16 meets another by chance */

static unsigned width_of_marks(int64_t n) {
    unsigned width = 0;
    while ((int64_t)MARKED << width < n) width++;
    return width;
}

/* Moves the codes that some other equals to the front, in their order, and a few that share a mark by chance; returns how
   many. Most stand alone, and need not be grouped to know it. `bits`: of their places, those that are equal for all. */
static int64_t keep_shared(uint64_t *codes, int64_t n, Marks *marks, unsigned shift, unsigned bits) {
    unsigned width = width_of_marks(n), rest = 64 - 6 - width;
    int64_t shared = 0;
    memset(marks, 0, sizeof(Marks) << width);
    for (int64_t i = 0; i < n; i++) {
        uint64_t place = place_of(codes[i], shift) << bits >> rest, bit = (uint64_t)1 << (place & 63);
        Marks *own = marks + (place >> 6);
        own->twice |= own->once & bit;
        own->once |= bit;
    }
    for (int64_t i = 0; i < n; i++) {
        uint64_t place = place_of(codes[i], shift) << bits >> rest;
        codes[shared] = codes[i];
        shared += (int64_t)(marks[place >> 6].twice >> (place & 63) & 1);
    }
    return shared;
}

/* The codes of one part in groups: `next` is the code after each in its group, -1 after the last; `size` is 0 but at the
   first code of each group. A code that is the same as the one before it in its group counts once. */
typedef struct { int32_t *head, *next, *tail, *size; } Groups;

static void groups_free(Groups *g) { free(g->head); free(g->next); free(g->tail); free(g->size); memset(g, 0, sizeof *g); }

static int groups_fit(Groups *g, int64_t widest) {
    g->head = malloc((size_t)power_of_two(2 * widest) * 4);
    g->next = malloc((size_t)(widest + 1) * 4);
    g->tail = malloc((size_t)(widest + 1) * 4);
    g->size = malloc((size_t)(widest + 1) * 4);
    return g->head && g->next && g->tail && g->size;
}

static void group(Groups *g, const uint64_t *codes, int64_t n, unsigned shift, unsigned bits) {
    unsigned width = 4;
    while (((int64_t)1 << width) < 2 * n) width++;
    uint32_t mask = (uint32_t)(((uint64_t)1 << width) - 1);
    memset(g->head, 0xFF, ((size_t)1 << width) * 4);
    for (int64_t i = 0; i < n; i++) {
        uint32_t place = (uint32_t)(place_of(codes[i], shift) >> (64 - bits - width)) & mask;
        int32_t first;
        while ((first = g->head[place]) >= 0 && (codes[first] ^ codes[i]) >> shift) place = (place + 1) & mask;
        g->next[i] = -1;
        g->size[i] = 0;
        if (first < 0) {
            g->head[place] = g->tail[i] = (int32_t)i;
            g->size[i] = 1;
        } else if (shift == 0 || codes[g->tail[first]] != codes[i]) {
            g->next[g->tail[first]] = (int32_t)i;
            g->tail[first] = (int32_t)i;
            g->size[first]++;
        }
    }
}

/* A list of codes that grows. */
typedef struct { uint64_t *codes; int64_t count, room; } Codes;

static inline int put(Codes *list, uint64_t code) {
    if (list->count == list->room) {
        int64_t room = list->room ? 2 * list->room : 4096;
        uint64_t *codes = realloc(list->codes, (size_t)room * 8);
        if (!codes) return 0;
        list->codes = codes;
        list->room = room;
    }
    list->codes[list->count++] = code;
    return 1;
}

/* Of the codes of pairs, which come again and again, each once. */
typedef struct { Codes list; int32_t *table; int64_t size; } PairSet;

static int put_once(PairSet *set, uint64_t code) {
    if (2 * set->list.count >= set->size) {
        int64_t size = set->size ? 2 * set->size : 8192;
        int32_t *table = malloc((size_t)size * 4);
        if (!table) return 0;
        memset(table, 0xFF, (size_t)size * 4);
        for (int64_t i = 0; i < set->list.count; i++) {
            uint64_t place = mix64(set->list.codes[i]) & (uint64_t)(size - 1);
            while (table[place] >= 0) place = (place + 1) & (uint64_t)(size - 1);
            table[place] = (int32_t)i;
        }
        free(set->table);
        set->table = table;
        set->size = size;
    }
    uint64_t place = mix64(code) & (uint64_t)(set->size - 1);
    for (; set->table[place] >= 0; place = (place + 1) & (uint64_t)(set->size - 1))
        if (set->list.codes[set->table[place]] == code) return 1;
    if (set->list.count == INT32_MAX) return 0;
    set->table[place] = (int32_t)set->list.count;
    return put(&set->list, code);
}

#define PAIR(a, b) ((uint64_t)(uint32_t)(a) << 32 | (uint32_t)(b))

/* Pairs of texts with equal keys in one band: all of a bucket of at most `largest`; of a larger one each text's with the
   first and the one before it. Returns 0 where memory ran out. */
static int pair_band(PairSet *found, uint64_t *codes, Marks *marks, const uint32_t *keys, const uint32_t *texts, int64_t n,
                     int64_t largest) {
    Parts parts = {0};
    Groups g = {0};
    for (int64_t i = 0; i < n; i++) codes[i] = (uint64_t)keys[texts[i]] << 32 | texts[i];
    n = keep_shared(codes, n, marks, 32, 0);
    int enough = parts_of(&parts, n);
    if (enough) spread(&parts, codes, n, 32);
    enough = enough && groups_fit(&g, parts.widest);
    for (int64_t k = 0; k < parts.parts && enough; k++) {
        const uint64_t *own = parts.codes + parts.edges[k];
        int64_t count = parts.edges[k + 1] - parts.edges[k];
        group(&g, own, count, 32, parts.bits);
        for (int64_t i = 0; i < count && enough; i++) {
            if (g.size[i] < 2) continue;
            int all = g.size[i] <= largest;
            for (int64_t y = g.next[i], before = i; y >= 0 && enough; before = y, y = g.next[y]) {
                if (all)
                    for (int64_t x = i; x != y && enough; x = g.next[x]) enough = put_once(found, PAIR(own[x], own[y]));
                else
                    enough = put_once(found, PAIR(own[i], own[y])) && put_once(found, PAIR(own[before], own[y]));
            }
        }
    }
    groups_free(&g);
    parts_free(&parts);
    return enough;
}

/* Which of several equal shares, each the work of a thread, a number falls to. */
static inline uint64_t share_of(uint64_t number, uint64_t shares) {
    return (uint64_t)(uint32_t)(number * SPREAD >> 32) * shares >> 32;
}

/* Of the anchors, those of one of several equal shares. A code is the hash of an
   anchor but for `width` low bits, and in those its text. */
static int codes_of_share(Codes *found, const uint64_t *anchors, const int64_t *counts, int64_t texts, unsigned width,
                          uint64_t share, uint64_t shares) {
    for (int64_t text = 0; text < texts; text++)
        for (int64_t j = 0; j < counts[text]; j++, anchors++) {
            uint64_t hash = mix64(*anchors) >> width;
            if (share_of(hash, shares) == share && !put(found, hash << width | (uint64_t)text)) return 0;
        }
    return 1;
}

/* The texts that share an anchor, group after group, each after their number; `sizes`: of each number of texts, how many
   anchors stand in so many. An anchor whose own meetings exceed the budget makes no group. Returns 0 where memory ran out. */
static int group_anchors(Codes *several, int64_t *sizes, const Codes *codes, unsigned width, int64_t budget) {
    Parts parts = {0};
    Groups g = {0};
    uint64_t mask = ((uint64_t)1 << width) - 1;
    int enough = parts_of(&parts, codes->count);
    if (enough) spread(&parts, codes->codes, codes->count, width);
    Marks *marks = malloc(sizeof(Marks) << width_of_marks(parts.widest));
    enough = enough && marks && groups_fit(&g, parts.widest);
    for (int64_t k = 0; k < parts.parts && enough; k++) {
        uint64_t *own = parts.codes + parts.edges[k];
        int64_t count = keep_shared(own, parts.edges[k + 1] - parts.edges[k], marks, width, parts.bits);
        group(&g, own, count, width, parts.bits);
        for (int64_t i = 0; i < count && enough; i++) {
            if (g.size[i] < 2) continue;
            sizes[g.size[i]]++;
            if ((int64_t)g.size[i] * (g.size[i] - 1) / 2 > budget) continue;
            enough = put(several, (uint64_t)g.size[i]);
            for (int64_t x = i; x >= 0 && enough; x = g.next[x]) enough = put(several, own[x] & mask);
        }
    }
    free(marks);
    groups_free(&g);
    parts_free(&parts);
    return enough;
}

/* A text's place in a group, and where the group begins. */
typedef struct { const uint64_t *group, *own; } Place;

/* Groups of texts, each its size and its texts, in several lists; texts of one of several shares count. */
typedef struct { const Text *lists; Py_ssize_t count; int64_t texts; uint64_t largest, share, shares; } Meeting;

/* Places of each text in groups of at most `largest`, text after text: those of text i end at ends[i]. Without places only
   their ends are counted. Returns 0 where these are no groups. */
static int put_places(const Meeting *m, int64_t *ends, Place *places) {
    for (Py_ssize_t l = 0; l < m->count; l++) {
        const uint64_t *own = (const uint64_t *)m->lists[l].text, *end = own + m->lists[l].length / 8;
        while (own < end) {
            const uint64_t *group = own + 1;
            if (*own < 2 || *own > (uint64_t)(end - group)) return 0;
            own = group + *own;
            if ((uint64_t)(own - group) > m->largest) continue;
            for (const uint64_t *text = group + 1; text < own; text++) {
                if (*text >= (uint64_t)m->texts || text[-1] >= *text) return 0;
                if (share_of(*text, m->shares) != m->share) continue;
                if (places) places[ends[*text]++] = (Place){group, text};
                else ends[*text + 1]++;
            }
        }
    }
    return 1;
}

/* Pairs of texts that meet in `shared` groups or more. Returns 0 where memory ran out. */
static int put_meetings(Codes *found, uint32_t *met, const Meeting *m, const int64_t *ends, const Place *places, int64_t shared) {
    int64_t from = 0;
    for (int64_t text = 0; text < m->texts; from = ends[text++]) {
        for (int64_t p = from; p < ends[text]; p++)
            for (const uint64_t *other = places[p].group; other < places[p].own; other++)
                if (++met[*other] == shared && !put(found, PAIR(*other, text))) return 0;
        for (int64_t p = from; p < ends[text]; p++)
            for (const uint64_t *other = places[p].group; other < places[p].own; other++) met[*other] = 0;
    }
    return 1;
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
    uint64_t *shingles;                    /* of both texts */
    int32_t *table, *first;
    unsigned char *seen;
    Block *blocks;
    unsigned char *cover_a, *cover_b, *matched_a, *matched_b;
} Scratch;

static void scratch_free(Scratch *s) {
    free(s->next); free(s->match); free(s->head); free(s->shingles); free(s->table); free(s->first); free(s->seen);
    free(s->blocks);
    free(s->cover_a); free(s->cover_b); free(s->matched_a); free(s->matched_b);
    memset(s, 0, sizeof *s);
}

static int scratch_fit(Scratch *s, int64_t n) {
    if (n <= s->capacity) return 1;
    scratch_free(s);
    int64_t c = power_of_two(n);
    s->next = malloc((size_t)c * 4); s->match = malloc((size_t)c * 4); s->head = malloc((size_t)c * 8);
    s->shingles = malloc((size_t)c * 16); s->table = malloc((size_t)c * 16); s->seen = malloc((size_t)c * 2);
    s->first = malloc((size_t)c * 4);
    s->blocks = malloc((size_t)c * sizeof(Block));
    s->cover_a = malloc((size_t)c); s->cover_b = malloc((size_t)c);
    s->matched_a = malloc((size_t)c); s->matched_b = malloc((size_t)c);
    if (!s->next || !s->match || !s->head || !s->shingles || !s->table || !s->first || !s->seen || !s->blocks || !s->cover_a || !s->cover_b
        || !s->matched_a || !s->matched_b) { scratch_free(s); return 0; }
    s->capacity = c;
    return 1;
}

/* Distinct shingles of a, of b, and of both. The table holds numbers of shingles (+ 1), which take half the room that the
   shingles would: it stays in the nearest cache. Of b, first the shingle is looked at that goes on where a did last. */
static void count_shingles(Scratch *s, const uint32_t *a, int64_t na, const uint32_t *b, int64_t nb, int64_t k, int32_t *out) {
    int64_t size = power_of_two(2 * (na + nb));
    uint64_t mask = (uint64_t)size - 1, *shingles = s->shingles;
    int64_t in_a = hash_shingles(a, na, k, shingles), in_b = hash_shingles(b, nb, k, shingles + in_a);
    int32_t distinct_a = 0, distinct_b = 0, shared = 0, *table = s->table, *first = s->first;
    unsigned char *seen = s->seen;         /* of a shingle in the table: whether b has it */
    memset(table, 0, (size_t)size * 4);
    for (int64_t i = 0; i < in_a; i++) {
        uint64_t place = shingles[i] & mask;
        while (table[place] && shingles[table[place] - 1] != shingles[i]) place = (place + 1) & mask;
        if (!table[place]) {
            table[place] = (int32_t)i + 1;
            seen[i] = 0;
            distinct_a++;
        }
        first[i] = table[place] - 1;
    }
    for (int64_t i = in_a, next = 0; i < in_a + in_b; i++) {
        if (next < in_a && shingles[next] == shingles[i]) {
            unsigned char *own = seen + first[next++];
            distinct_b += !*own;
            shared += !*own;
            *own = 1;
            continue;
        }
        uint64_t place = shingles[i] & mask;
        while (table[place] && shingles[table[place] - 1] != shingles[i]) place = (place + 1) & mask;
        if (!table[place]) {
            table[place] = (int32_t)i + 1;
            seen[i] = 1;
            distinct_b++;
            continue;
        }
        next = table[place] <= in_a ? table[place] : next;
        if (!seen[table[place] - 1]) {
            seen[table[place] - 1] = 1;
            distinct_b++;
            shared++;
        }
    }
    out[SHINGLES_A] = distinct_a;
    out[SHINGLES_B] = distinct_b;
    out[SHINGLES_SHARED] = shared;
}

static inline uint64_t seed_place(const uint32_t *w, uint64_t mask) {
    uint64_t h = ((uint64_t)w[0] * SPREAD + w[1]) * SPREAD + w[2];
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
        if (da == 1 && db == 1 && open.matched >= 0 && j < seeds_b) open.matched++;       /* word by word, as in copies */
        else if (j < seeds_b && open.matched >= 0 && da > 0 && da <= gap + SEED && db <= gap + SEED) {
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
            for (int64_t x = j < jb ? jb - j : 0; x < SEED; x++) {
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
    for (int64_t i = first; i < last; i += run) {
        const unsigned char *gap = memchr(cover + i, 0, (size_t)(last - i));
        if (!gap) break;
        const unsigned char *after = memchr(gap, 1, (size_t)(cover + last - gap));
        run = after - gap;
        if (run > widest) widest = run;
        run = after - (cover + i);
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

#define STRETCH 1024                  /* bytes that are searched for all marks before the next */
#define ABREAST 5                       /* marks that are searched for together */

/* Whether one of some marks, of 3 bytes or more each, stands anywhere in a text. */
WIDE static int holds(const unsigned char *text, int64_t length, const Text *marks, int64_t count) {
    for (int64_t from = 0; from < length - 2; from += STRETCH) {
        const unsigned char *t = text + from;
        int64_t places = length - 2 - from < STRETCH ? length - 2 - from : STRETCH;
        for (int64_t m = 0; m < count; m += ABREAST) {
            unsigned char a[ABREAST], b[ABREAST], c[ABREAST], differ = 0xFF;    /* bits: 0 where three bytes are equal */
            for (int64_t x = 0; x < ABREAST; x++) {
                const char *mark = marks[m + x < count ? m + x : m].text;
                a[x] = (unsigned char)mark[0]; b[x] = (unsigned char)mark[1]; c[x] = (unsigned char)mark[2];
            }
            for (int64_t i = 0; i < places; i++)
                for (int x = 0; x < ABREAST; x++) {
                    unsigned char bits = (unsigned char)((t[i] ^ a[x]) | (t[i + 1] ^ b[x]) | (t[i + 2] ^ c[x]));
                    differ = bits < differ ? bits : differ;
                }
            if (differ) continue;
            for (int64_t x = m; x < m + ABREAST && x < count; x++)
                for (int64_t i = 0; i < places && i <= length - from - marks[x].length; i++)
                    if (t[i] == (unsigned char)marks[x].text[0] && !memcmp(t + i, marks[x].text, (size_t)marks[x].length)) return 1;
        }
    }
    return 0;
}

/* may_hold(texts, marks, out): out[i]: whether text i holds one of the marks, which are of 3 bytes or more */
static PyObject *kernel_may_hold(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *list, *mark_list, *object;
    Buffer out[1] = {0};
    if (!PyArg_ParseTuple(args, "OOO", &list, &mark_list, &object)) return NULL;
    Py_ssize_t count, longest, marks_count, unused;
    Text *texts = take_texts(list, &count, &longest);
    if (!texts) return NULL;
    Text *marks = take_texts(mark_list, &marks_count, &unused);
    if (!marks) { free(texts); return NULL; }
    int fits = take(object, &out[0], 1);
    if (fits) {
        for (Py_ssize_t m = 0; m < marks_count; m++) fits = fits && marks[m].length >= 3;
        if (!fits || out[0].view.len < count) {
            PyErr_SetString(PyExc_ValueError, "a mark is too short, or the output is too small for the texts");
            fits = 0;
        }
    }
    if (fits) {
        unsigned char *may = out[0].view.buf;
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t i = 0; i < count; i++)
            may[i] = (unsigned char)holds((const unsigned char *)texts[i].text, texts[i].length, marks, marks_count);
        Py_END_ALLOW_THREADS
    }
    free(texts); free(marks);
    give_back(out, 1);
    if (!fits) return NULL;
    Py_RETURN_NONE;
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
    Notes notes;
    if (!notes_fit(&notes, longest)) {
        free(texts);
        give_back(buffers, 6);
        return PyErr_NoMemory();
    }
    int64_t *offsets = buffers[3].view.buf;
    Py_BEGIN_ALLOW_THREADS
    int64_t *lengths = buffers[4].view.buf;
    uint64_t *digests = buffers[5].view.buf;
    offsets[0] = 0;
    for (Py_ssize_t i = 0; i < count; i++)
        offsets[i + 1] = offsets[i] + split_words(texts[i].text, texts[i].length, buffers[0].view.buf,
            (uint32_t)(buffers[0].view.len / 4), line_words, sentence_words, notes, (uint32_t *)buffers[1].view.buf + offsets[i],
            (unsigned char *)buffers[2].view.buf + offsets[i], lengths + i, digests + i);
    Py_END_ALLOW_THREADS
    notes_free(&notes);
    free(texts);
    give_back(buffers, 6);
    Py_RETURN_NONE;
}

/* signatures(texts, table, line_words, sentence_words, k, slots, out_signatures, out_digests, anchor_k, anchor_mask,
   out_anchors, out_counts, credits, out_credited, rows, out_keys, stride, first); empty out_signatures are not kept */
static PyObject *kernel_signatures(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *list, *objects[8];
    unsigned int line_words, sentence_words, k, slots, anchor_k, rows;
    unsigned long long anchor_mask;
    Py_ssize_t stride, first;
    Buffer buffers[8] = {0};
    static const int writable[8] = {0, 1, 1, 1, 1, 0, 1, 1};
    if (!PyArg_ParseTuple(args, "OOIIIIOOIKOOOOIOnn", &list, &objects[0], &line_words, &sentence_words, &k, &slots, &objects[1],
                          &objects[2], &anchor_k, &anchor_mask, &objects[3], &objects[4], &objects[5], &objects[6], &rows,
                          &objects[7], &stride, &first))
        return NULL;
    if (slots < 2 || slots > 4096 || (slots & (slots - 1)) || !k || !anchor_k || !rows) {
        PyErr_SetString(PyExc_ValueError, "slots is a power of two from 2 to 4096; shingles and bands have one part or more");
        return NULL;
    }
    Py_ssize_t count, longest;
    Text *texts = take_texts(list, &count, &longest);
    if (!texts) return NULL;
    for (int i = 0; i < 8; i++)
        if (!take(objects[i], &buffers[i], writable[i])) { free(texts); give_back(buffers, 8); return NULL; }
    int64_t room = buffers[3].view.len / 8, used = 0;
    Sketching s = {.table = buffers[0].view.buf, .points = (uint32_t)(buffers[0].view.len / 4), .line_words = line_words,
                   .sentence_words = sentence_words, .k = k, .slots = slots, .anchor_k = anchor_k, .anchor_mask = anchor_mask,
                   .rows = rows, .stride = stride, .bands = stride > 0 ? buffers[7].view.len / 4 / stride : 0,
                   .credits = buffers[5].view.buf, .words = malloc((size_t)(longest + 1) * 4),
                   .shingles = malloc((size_t)(longest + 1) * 8)};
    uint32_t *signature = malloc((size_t)slots * 4);
    int room_for_notes = notes_fit(&s.notes, longest);
    int keep = buffers[1].view.len > 0;
    int fits = (!keep || buffers[1].view.len >= (Py_ssize_t)(4 * count * slots)) && buffers[2].view.len >= 8 * 4 * count
        && buffers[4].view.len >= 8 * count && buffers[5].view.len >= 16384 && buffers[6].view.len >= count
        && buffers[0].view.len >= 4 * 128 && stride >= 0 && first >= 0 && (!s.bands || first + count <= stride)
        && s.bands * (int64_t)rows <= (int64_t)slots;
    if (!s.words || !s.shingles || !signature || !room_for_notes || !fits) {
        if (room_for_notes) notes_free(&s.notes);
        free(s.words); free(s.shingles); free(signature); free(texts);
        give_back(buffers, 8);
        if (fits) return PyErr_NoMemory();
        PyErr_SetString(PyExc_ValueError, "an output is too small for the texts");
        return NULL;
    }
    while ((1u << s.bits) < slots) s.bits++;
    for (unsigned slot = 0; slot < slots; slot++) s.donors[slot] = (uint16_t)donor_of(slot, 1, s.bits);
    Py_BEGIN_ALLOW_THREADS
    uint64_t *digests = buffers[2].view.buf, *anchors = buffers[3].view.buf;
    int64_t *counts = buffers[4].view.buf;
    for (Py_ssize_t i = 0; i < count; i++) {
        counts[i] = sketch_text(&s, texts[i].text, texts[i].length,
                                keep ? (uint32_t *)buffers[1].view.buf + (int64_t)i * slots : signature, digests + 4 * i,
                                s.bands ? (uint32_t *)buffers[7].view.buf + first + i : NULL,
                                (unsigned char *)buffers[6].view.buf + i, anchors + used, room - used);
        used += counts[i];
    }
    Py_END_ALLOW_THREADS
    notes_free(&s.notes);
    free(s.words); free(s.shingles); free(signature); free(texts);
    give_back(buffers, 8);
    return PyLong_FromLongLong(used);
}

/* band_pairs(keys, stride, texts, largest) -> bytes of uint64: first text << 32 | second, each once, in no order */
static PyObject *kernel_band_pairs(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *objects[2];
    Py_ssize_t stride;
    long long largest;
    Buffer buffers[2] = {0};
    if (!PyArg_ParseTuple(args, "OnOL", &objects[0], &stride, &objects[1], &largest)) return NULL;
    for (int i = 0; i < 2; i++)
        if (!take(objects[i], &buffers[i], 0)) { give_back(buffers, 2); return NULL; }
    const uint32_t *keys = buffers[0].view.buf, *texts = buffers[1].view.buf;
    int64_t bands = stride > 0 ? buffers[0].view.len / 4 / stride : 0, count = buffers[1].view.len / 4;
    int valid = count < INT32_MAX;
    for (int64_t i = 0; valid && i < count; i++) valid = (int64_t)texts[i] < stride;
    uint64_t *codes = malloc((size_t)(count + 1) * 8);
    Marks *marks = malloc(sizeof(Marks) << width_of_marks(count));
    if (!valid || !codes || !marks) {
        free(codes); free(marks);
        give_back(buffers, 2);
        if (valid) return PyErr_NoMemory();
        PyErr_SetString(PyExc_ValueError, "there are keys for fewer texts");
        return NULL;
    }
    PairSet found = {0};
    int enough = 1;
    Py_BEGIN_ALLOW_THREADS
    for (int64_t b = 0; b < bands && enough; b++)
        enough = pair_band(&found, codes, marks, keys + b * stride, texts, count, largest);
    Py_END_ALLOW_THREADS
    PyObject *result = enough ? PyBytes_FromStringAndSize((const char *)found.list.codes, found.list.count * 8) : PyErr_NoMemory();
    free(codes); free(marks); free(found.table); free(found.list.codes);
    give_back(buffers, 2);
    return result;
}

/* anchor_groups(anchors, counts, width, share, shares, budget, out_sizes) -> bytes, uint64: see group_anchors */
static PyObject *kernel_anchor_groups(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *objects[3];
    unsigned int width;
    unsigned long long share, shares;
    long long budget;
    Buffer buffers[3] = {0};
    if (!PyArg_ParseTuple(args, "OOIKKLO", &objects[0], &objects[1], &width, &share, &shares, &budget, &objects[2])) return NULL;
    for (int i = 0; i < 3; i++)
        if (!take(objects[i], &buffers[i], i == 2)) { give_back(buffers, 3); return NULL; }
    const uint64_t *anchors = buffers[0].view.buf;
    const int64_t *counts = buffers[1].view.buf;
    int64_t count = buffers[0].view.len / 8, texts = buffers[1].view.len / 8, left = count;
    int valid = count < INT32_MAX && width < 32 && texts >> width == 0 && budget >= 0 && share < shares
        && buffers[2].view.len >= 8 * (texts + 1);
    for (int64_t i = 0; valid && i < texts; i++) { valid = counts[i] >= 0 && counts[i] <= left; left -= counts[i]; }
    if (!valid || left) {
        give_back(buffers, 3);
        PyErr_SetString(PyExc_ValueError, "the counts of the texts do not fit the anchors, or the sizes the texts");
        return NULL;
    }
    Codes codes = {0}, several = {0};
    int enough;
    Py_BEGIN_ALLOW_THREADS
    enough = codes_of_share(&codes, anchors, counts, texts, width, share, shares)
        && group_anchors(&several, buffers[2].view.buf, &codes, width, budget);
    free(codes.codes);
    Py_END_ALLOW_THREADS
    PyObject *result = enough ? PyBytes_FromStringAndSize((const char *)several.codes, several.count * 8) : PyErr_NoMemory();
    free(several.codes);
    give_back(buffers, 3);
    return result;
}

/* anchor_meetings(groups, texts, largest, share, shares, shared) -> bytes as of band_pairs: the pairs that meet in `shared`
   groups or more, out of those of at most `largest` texts; `groups`: a list of what anchor_groups gave for so many texts */
static PyObject *kernel_anchor_meetings(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *list;
    long long texts, largest, shared;
    Meeting m = {0};
    Py_ssize_t unused;
    unsigned long long share, shares;
    if (!PyArg_ParseTuple(args, "OLLKKL", &list, &texts, &largest, &share, &shares, &shared)) return NULL;
    if (texts < 0 || texts > INT32_MAX || largest < 0 || share >= shares || shared < 1) {
        PyErr_SetString(PyExc_ValueError, "there are fewer shares, or no texts that meet so often");
        return NULL;
    }
    Text *lists = take_texts(list, &m.count, &unused);
    if (!lists) return NULL;
    m.lists = lists; m.texts = texts; m.largest = (uint64_t)largest; m.share = share; m.shares = shares;
    Codes found = {0};
    Place *places = NULL;
    int valid = 1, enough;
    int64_t *ends = calloc((size_t)texts + 1, 8);
    uint32_t *met = calloc((size_t)texts + 1, 4);
    enough = ends && met;
    Py_BEGIN_ALLOW_THREADS
    if (enough) valid = put_places(&m, ends, NULL);
    if (enough && valid) {
        for (int64_t text = 0; text < texts; text++) ends[text + 1] += ends[text];
        places = malloc((size_t)(ends[texts] + 1) * sizeof(Place));
        enough = places && put_places(&m, ends, places) && put_meetings(&found, met, &m, ends, places, shared);
    }
    free(ends); free(met); free(places);
    Py_END_ALLOW_THREADS
    free(lists);
    PyObject *result = NULL;
    if (!valid) PyErr_SetString(PyExc_ValueError, "the groups are not what anchor_groups gives");
    else if (!enough) PyErr_NoMemory();
    else result = PyBytes_FromStringAndSize((const char *)found.codes, found.count * 8);
    free(found.codes);
    return result;
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
    {"may_hold", kernel_may_hold, METH_VARARGS, "Which texts may hold one of some marks."},
    {"words", kernel_words, METH_VARARGS, "Split texts into word hashes and flags."},
    {"signatures", kernel_signatures, METH_VARARGS, "Signatures, digests and anchors of texts."},
    {"band_pairs", kernel_band_pairs, METH_VARARGS, "Pairs of texts with equal keys in a band."},
    {"anchor_groups", kernel_anchor_groups, METH_VARARGS, "Texts with an anchor in common."},
    {"anchor_meetings", kernel_anchor_meetings, METH_VARARGS, "Pairs of texts with several anchors in common."},
    {"align", kernel_align, METH_VARARGS, "Count what pairs of texts share, and where."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Inner loops of the duplicates stage.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    PyObject *m = PyModule_Create(&module);
    if (m && (PyModule_AddIntConstant(m, "COUNTS", COUNTS) < 0 || PyModule_AddIntConstant(m, "INTERFACE", INTERFACE) < 0)) {
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
