/* The inner loops of the checks: one reading of a text, for all facts of it and of its lines.

   Numbers in, numbers out; every function has a twin in numpy and Python (`facts.py`, `identifier.py`), which is the definition.
*/
#include "../_kernel.h"
#include <math.h>

#define INTERFACE 5  /* one more whenever what a function takes or gives changes; `dedupe/kernels.py` has the same */

#define PLANE 65536  /* code points in tables; the signs of those beyond are given by themselves */
#define BEYOND 0xFFFF  /* what they are folded to */

/* What a character is, as in `characters.py`; above these bits is one for each script. */
enum {
    LETTER = 1, UNSPACED = 1 << 1, JOINER = 1 << 2, TORN = 1 << 6, TORN_ALONE = 1 << 7, BLANK = 1 << 8, LINE_END = 1 << 9,
    ALPHABETIC = 1 << 10, DIGIT = 1 << 11, NUMBER_MARK = 1 << 12, MARKUP = 1 << 13, LOST = 1 << 14, QUESTION = 1 << 15
};

/* What is told of a text, and of a line, as in `facts.py`. */
enum { SIGNS, WORDS, DIGITS, TORN_PLACES, LANGUAGE, OWN, OTHERS, SAMPLE_WORDS, SAMPLE_LETTERS, TEXT_LONGEST, DENSEST, TEXT_AGAIN, ALIKE, TEXT_FACTS };
enum { START, END, LINE_WORDS, LONGEST, MARKS, AGAIN, GRAMMAR, FOREIGN, LINE_FACTS };

#define UNSPACED_A_WORD 2  /* letters of scripts without blanks; the other numbers are explained in `facts.py` */
#define PHRASE 4
#define SEEN_BITS 14  /* of a run's hash: few of the runs of a line have the same */
#define FEW_RUNS 100  /* of a line; among more, two that have the same bits are likely */
#define KEY_WORDS 3
#define EDGE 80
#define OPENING 30
#define EDGES 3  /* hashes by which a line is found again */
#define SAMPLE 600
#define MOST_LANGUAGES 32  /* a power of two */

#define MIX 0x9E3779B97F4A7C15u  /* an odd number whose bits are mixed well */
#define POWERS 64  /* a power of two */

/* ------------------------------------------------------------------------------------------ pieces

   Where some pieces of text stand in a text, all in one pass. Characters are numbers by a table, 0 those of no piece. */

#define PIECE_BITS 16  /* of a key's hash */
#define KEY_LENGTHS 3  /* of 1, 3 and KEY characters; those of 1 are found where the characters are looked up */
#define KEY 5
#define BLOCK 1024     /* characters whose keys are hashed at a time */
static const uint32_t key_mix[KEY] = {0x9E3779B1u, 0x85EBCA77u, 0xC2B2AE3Du, 0x27D4EB2Fu, 0x165667B1u};

typedef struct {
    const uint16_t *heads, *numbers;  /* piece + 1, or 0, of a key's hash; the characters of all pieces */
    const uint64_t *begun;            /* whether a hash is that of any key, a bit each: it fits the nearest cache */
    const uint64_t *pieces;           /* where its characters begin, how many they are, and another piece + 1 of its hash */
    const uint64_t *needs;            /* piece -> bits of the needs that it meets, `width` words each */
    int64_t width;
} Pieces;

/* The lines of a text as they are come to, and the needs that the one at hand meets. */
typedef struct { const int64_t *lines; int64_t count, length, line, next_start, width; uint64_t *text_held, *line_held, *held; } Owner;

static Owner first_owner(const int64_t *lines, int64_t count, int64_t length, int64_t width, uint64_t *text_held, uint64_t *line_held) {
    return (Owner){lines, count, length, -1, count ? lines[START] : length, width, text_held, line_held, text_held};
}

/* Go on to the line of a place; what begins in the blanks behind a line is counted to the line. */
ALWAYS_INLINE void go_to(Owner *owner, int64_t place) {
    while (place >= owner->next_start) {
        owner->line++;
        owner->held = owner->line_held + owner->line * owner->width;
        owner->next_start = owner->line + 1 < owner->count ? owner->lines[(owner->line + 1) * LINE_FACTS + START] : owner->length;
    }
}

ALWAYS_INLINE int is_begun(const uint64_t *begun, uint32_t key) { return (int)(begun[key >> 6] >> (key & 63)) & 1; }

/* Add the needs of the pieces whose key has a hash, where they stand at a place of a text. */
static void hold_pieces(const Pieces *p, uint16_t piece, const uint16_t *text, int64_t place, int64_t length, uint64_t *held) {
    while (piece) {
        uint64_t about = p->pieces[piece - 1];
        const uint16_t *here = text + place, *own = p->numbers + (uint32_t)about;
        int64_t size = about >> 32 & 0xFFFF, equal = 0;
        if (place + size <= length) {
            while (equal < size && here[equal] == own[equal]) equal++;      /* most have few characters */
            if (equal == size)
                for (int64_t word = 0; word < p->width; word++) held[word] |= p->needs[(piece - 1) * p->width + word];
        }
        piece = (uint16_t)(about >> 48);
    }
}

WIDE static void hash_keys(const uint16_t *text, int64_t count, uint16_t (*keys)[BLOCK]) {
    for (int64_t i = 0; i < count; i++) {
        const uint16_t *t = text + i;
        uint32_t hash = t[0] * key_mix[0] + t[1] * key_mix[1] + t[2] * key_mix[2];
        keys[0][i] = (uint16_t)(hash >> (32 - PIECE_BITS));
        hash += t[3] * key_mix[3] + t[4] * key_mix[4];
        keys[1][i] = (uint16_t)(hash >> (32 - PIECE_BITS));
    }
}

/* The places of a block where a longer piece may begin. No branch, for none could foresee them. */
WIDE static int64_t find_keys(const uint64_t *begun, uint16_t (*keys)[BLOCK], int64_t size, uint16_t *places) {
    const uint64_t *longer = begun + (1 << (PIECE_BITS - 6)), *longest = longer + (1 << (PIECE_BITS - 6));
    int64_t found = 0;
    for (int64_t i = 0; i < size; i++) {
        uint32_t some = keys[0][i], most = keys[1][i];
        places[found] = (uint16_t)i;
        found += (longer[some >> 6] >> (some & 63) | longest[most >> 6] >> (most & 63)) & 1;
    }
    return found;
}

/* What the lines hold of longer pieces. `text` has KEY - 1 zeros behind its end: a key that goes beyond it is none, as
   no piece holds a 0. */
static void find_pieces(const uint16_t *text, const Pieces *pieces, Owner owner) {
    uint16_t keys[KEY_LENGTHS - 1][BLOCK], places[BLOCK];
    for (int64_t block = 0; block < owner.length; block += BLOCK) {
        int64_t size = owner.length - block < BLOCK ? owner.length - block : BLOCK;
        hash_keys(text + block, size, keys);
        int64_t found = find_keys(pieces->begun, keys, size, places);
        for (int64_t n = 0; n < found; n++) {
            int64_t i = places[n];
            go_to(&owner, block + i);
            for (uint32_t order = 1; order < KEY_LENGTHS; order++) {
                uint32_t key = keys[order - 1][i] | order << PIECE_BITS;
                if (is_begun(pieces->begun, key)) hold_pieces(pieces, pieces->heads[key], text, block + i, owner.length, owner.held);
            }
        }
    }
}

/* The same of the pieces of a character or two, at places where one may begin. */
static void find_short_pieces(const uint16_t *text, const uint32_t *places, int64_t found, const Pieces *pieces, Owner owner) {
    for (int64_t n = 0; n < found; n++) {
        int64_t i = places[n];
        go_to(&owner, i);
        hold_pieces(pieces, pieces->heads[(text[i] * key_mix[0]) >> (32 - PIECE_BITS)], text, i, owner.length, owner.held);
    }
}

/* The same of the pieces that open a line: at its beginning, or behind signs up to its first letter. Their tables stand
   behind those of the others. */
static void find_openings(const uint16_t *text, const uint16_t *signs, int64_t start, int64_t end, int64_t length, const Pieces *pieces, uint64_t *held) {
    for (int64_t i = start; i < end; i++) {
        uint32_t hash = 0;
        for (uint32_t order = 0, used = 0; order < KEY_LENGTHS; order++) {
            for (; used < (order ? 2 * order + 1 : 1); used++) hash += text[i + used] * key_mix[used];
            uint32_t key = hash >> (32 - PIECE_BITS) | (order + KEY_LENGTHS) << PIECE_BITS;
            if (is_begun(pieces->begun, key)) hold_pieces(pieces, pieces->heads[key], text, i, length, held);
        }
        if (signs[i] & (ALPHABETIC | DIGIT)) break;
    }
}

typedef struct {
    const uint64_t *required;  /* expression -> bits of its needs, `width` words each */
    const uint16_t *by_need;   /* the expressions by the lowest of their needs, and last those that need nothing */
    const uint16_t *starts;    /* need -> where its expressions begin there */
    int64_t width;
} Expressions;

/* Bits of the expressions all whose needs are met. Of most lines few are, so that few expressions are looked at. */
static void tell_possible(const uint64_t *held, const Expressions *e, uint64_t *possible) {
    int64_t needs = 64 * e->width;
    for (int64_t n = e->starts[needs]; n < e->starts[needs + 1]; n++) possible[e->by_need[n] >> 6] |= (uint64_t)1 << (e->by_need[n] & 63);
    for (int64_t word = 0; word < e->width; word++)
        for (uint64_t left = held[word]; left; left &= left - 1) {
            int64_t need = 64 * word + LOWEST_BIT(left);
            for (int64_t n = e->starts[need]; n < e->starts[need + 1]; n++) {
                int64_t expression = e->by_need[n];
                uint64_t missing = 0;
                for (int64_t i = 0; i < e->width; i++) missing |= e->required[expression * e->width + i] & ~held[i];
                possible[expression >> 6] |= (uint64_t)!missing << (expression & 63);
            }
        }
}

/* ------------------------------------------------------------------------------------------ words */

typedef struct {
    const uint32_t *codes;
    int64_t length;
    uint16_t *signs;       /* with a zero before the first and behind the last */
    uint16_t *folded;      /* the character that stands for each without regard to case; BEYOND for those beyond the tables */
    const uint64_t *words; /* hash of a word of grammar, or 0, at the first free place from its lowest bits on */
    const uint8_t *owners; /* its language */
    int64_t mask;          /* places - 1, of the two */
} Text;

static uint64_t powers[POWERS];  /* of MIX, from the first on; filled in when the module is loaded */

/* The hash of a word. */
ALWAYS_INLINE uint64_t hash_word(const uint16_t *folded, int64_t count) {
    uint64_t hash = 0;
    for (int64_t i = 0; i < count; i++) hash += (folded[i] + 1u) * powers[i & (POWERS - 1)];
    return hash;
}

/* Language of a word of grammar; -1: of none. */
ALWAYS_INLINE int language_of(const Text *text, uint64_t hash) {
    for (int64_t place = (int64_t)(hash >> 32) & text->mask; text->words[place]; place = (place + 1) & text->mask)
        if (text->words[place] == hash) return text->owners[place] & (MOST_LANGUAGES - 1);
    return -1;
}

ALWAYS_INLINE uint64_t hash_run(const uint64_t *words) {
    uint64_t hash = 0;
    for (int word = 0; word < PHRASE; word++) hash += words[word] * powers[PHRASE - 1 - word];
    return hash;
}

/* Whether two of some runs may have the same hash: they have the same bits of it. */
static int may_repeat(const uint64_t *words, int64_t runs) {
    uint64_t seen[1 << (SEEN_BITS - 6)] = {0}, again = 0;
    for (int64_t i = 0; i < runs; i++) {
        uint64_t place = hash_run(words + i) >> (64 - SEEN_BITS), bit = (uint64_t)1 << (place & 63);
        again |= seen[place >> 6] & bit;
        seen[place >> 6] |= bit;
    }
    return again != 0;
}

/* How many words stand in a run of PHRASE words that stood before. `set` has room for twice the runs. */
static int64_t repeated_words(const uint64_t *words, int64_t count, uint64_t *set) {
    int64_t runs = count - PHRASE + 1, places = 4, again = 0, covered = 0;
    if (runs < 2) return 0;
    if (runs <= FEW_RUNS && !may_repeat(words, runs)) return 0;
    while (places < 2 * runs) places *= 2;
    memset(set, 0, (size_t)places * sizeof *set);
    for (int64_t i = 0; i < runs; i++) {
        uint64_t hash = hash_run(words + i);
        if (!hash) hash = 1;
        int64_t place = (int64_t)(hash >> 32) & (places - 1);
        while (set[place] && set[place] != hash) place = (place + 1) & (places - 1);
        if (set[place]) {
            again += i + PHRASE - (covered > i ? covered : i);
            covered = i + PHRASE;
        }
        set[place] = hash;
    }
    return again;
}

/* Words of grammar in a part of a text, by language; its words and their letters. */
static void count_grammar(const Text *text, int64_t from, int64_t to, int64_t *hits, int64_t *words, int64_t *letters) {
    for (int64_t i = from; i < to; i++) {
        int64_t first = i;
        while (i < to && text->signs[i] & ALPHABETIC) i++;
        if (i == first) continue;
        int language = language_of(text, hash_word(text->folded + first, i - first));
        if (language >= 0) hits[language]++;
        ++*words;
        *letters += i - first;
    }
}

/* Beginning, middle and end tell the language of a text. */
static void sample_grammar(const Text *text, int64_t *facts) {
    int64_t hits[MOST_LANGUAGES] = {0}, length = text->length, third = SAMPLE / 3;
    if (length <= SAMPLE) {
        count_grammar(text, 0, length, hits, &facts[SAMPLE_WORDS], &facts[SAMPLE_LETTERS]);
    } else {
        int64_t starts[3] = {0, length / 2, length - third};
        for (int i = 0; i < 3; i++)
            count_grammar(text, starts[i], starts[i] + third, hits, &facts[SAMPLE_WORDS], &facts[SAMPLE_LETTERS]);
    }
    facts[LANGUAGE] = -1;
    for (int64_t i = 0; i < MOST_LANGUAGES; i++) {
        facts[OTHERS] += hits[i];
        if (hits[i] > facts[OWN]) { facts[OWN] = hits[i]; facts[LANGUAGE] = i; }
    }
    facts[OTHERS] -= facts[OWN];
}

/* ------------------------------------------------------------------------------------------ lines */

typedef struct { int64_t spaced, unspaced, marks; } Counts;  /* words with blanks around, letters without, marks of code */

/* Of a line; what stands beside it is no letter. */
WIDE static Counts count_signs(const uint16_t *signs, int64_t size) {
    int64_t spaced = 0, unspaced = 0, marks = 0;
    for (int64_t i = 0; i < size; i++) {
        uint32_t sign = signs[i], before = signs[i - 1], after = signs[i + 1];
        spaced += (int64_t)(sign & ~before & LETTER) - (int64_t)(sign / JOINER & before & after & LETTER);
        unspaced += sign / UNSPACED & 1;
        marks += sign / MARKUP & 1;
    }
    return (Counts){spaced, unspaced, marks};
}

/* Room for the words of the longest line. */
typedef struct { uint64_t *hashes, *set; int64_t *starts; } Words;

/* The hash of the words in a part of a line; one that an end of the part cuts is a shorter word. */
static uint64_t hash_edge(const Text *text, const Words *words, int64_t first, int64_t last, int64_t from, int64_t to) {
    uint64_t hash = 0;
    for (int64_t word = first; word < last; word++) {
        int64_t start = words->starts[word], end = start;
        while (end < to && !(text->signs[end] & BLANK)) end++;
        if (end <= from) continue;
        int is_whole = start >= from && (end == to ? end == text->length || text->signs[end] & BLANK : 1);
        if (start < from) start = from;
        hash = (hash + (is_whole ? words->hashes[word] : hash_word(text->folded + start, end - start))) * MIX;
    }
    return hash;
}

/* The hashes by which a line is found again: of its first words, of its last, and of its first characters as they are. */
static void hash_edges(const Text *text, const Words *words, int64_t count, int64_t start, int64_t end, uint64_t *edges) {
    int64_t head = start + EDGE < end ? start + EDGE : end, tail = end - EDGE > start ? end - EDGE : start, heads = 0, tails = count;
    while (heads < count && heads < KEY_WORDS && words->starts[heads] < head) heads++;
    while (tails > 0 && count - tails < KEY_WORDS && (tails == count || words->starts[tails] > tail)) tails--;
    uint64_t opening = 0;
    for (int64_t i = start; i < end && i < start + OPENING; i++) opening = (opening + text->codes[i] + 1) * MIX;
    edges[0] = hash_edge(text, words, 0, heads, start, head);
    edges[1] = hash_edge(text, words, tails, count, tail, end);
    edges[2] = opening;
}

/* All facts of a line whose START and END are known, and the hashes of its edges. Gives its letters without blanks, of
   which two are a word: those of the text are counted together. */
static int64_t read_line(const Text *text, int64_t own, int64_t *facts, const Words *words, uint64_t *edges) {
    int64_t start = facts[START], end = facts[END], count = 0, longest = 0, grammar = 0, foreign = 0;
    for (int64_t i = start; i < end; i++) {
        int64_t first = i;
        uint64_t hash = 0;
        for (; i < end && !(text->signs[i] & BLANK); i++) hash += (text->folded[i] + 1u) * powers[(i - first) & (POWERS - 1)];
        if (i == first) continue;
        if (i - first > longest) longest = i - first;
        int language = language_of(text, hash);
        grammar += language >= 0 && language == own;
        foreign += language >= 0 && language != own;
        words->starts[count] = first;
        words->hashes[count++] = hash;
    }
    hash_edges(text, words, count, start, end, edges);
    Counts counts = count_signs(text->signs + start, end - start);
    facts[LINE_WORDS] = counts.spaced + counts.unspaced / UNSPACED_A_WORD;
    facts[LONGEST] = longest;
    facts[MARKS] = counts.marks;
    facts[AGAIN] = repeated_words(words->hashes, count, words->set);
    facts[GRAMMAR] = grammar;
    facts[FOREIGN] = foreign;
    return counts.unspaced;
}

/* Whether two of some lines have an edge in common. `set` has room for twice the lines, made full to a power of two. */
static int any_alike(const uint64_t *edges, int64_t count, uint64_t *set) {
    int64_t places = 4;
    while (places < 2 * count) places *= 2;
    for (int edge = 0; edge < EDGES; edge++) {
        memset(set, 0, (size_t)places * sizeof *set);
        for (int64_t line = 0; line < count; line++) {
            uint64_t hash = edges[line * EDGES + edge] | 1;
            int64_t place = (int64_t)(hash >> 32) & (places - 1);
            while (set[place] && set[place] != hash) place = (place + 1) & (places - 1);
            if (set[place]) return 1;
            set[place] = hash;
        }
    }
    return 0;
}

/* The first place from one on whose character has any of some signs; `to`: none has. */
static int64_t next_with(const uint16_t *signs, int64_t from, int64_t to, uint32_t asked) {
#if defined(__SSE2__) || defined(_M_X64)
    const __m128i wanted = _mm_set1_epi16((int16_t)asked), none = _mm_setzero_si128();
    for (; from + 8 <= to; from += 8) {
        __m128i here = _mm_and_si128(_mm_loadu_si128((const __m128i *)(signs + from)), wanted);
        if (_mm_movemask_epi8(_mm_cmpeq_epi16(here, none)) != 0xFFFF) break;
    }
#endif
    while (from < to && !(signs[from] & asked)) from++;
    return from;
}

/* Note where the lines begin and end that are not blank; count them. `most` becomes the characters of the longest.
   `lines` has room for one more than there are line ends. */
static int64_t find_lines(const Text *text, int64_t *lines, int64_t *most) {
    int64_t count = 0;
    for (int64_t next, i = 0; i < text->length; i = next + 1) {
        int64_t start = i;
        next = next_with(text->signs, i, text->length, LINE_END);
        int64_t end = next;
        while (start < end && text->signs[start] & BLANK) start++;
        while (end > start && text->signs[end - 1] & BLANK) end--;
        if (start == end) continue;
        lines[count * LINE_FACTS + START] = start;
        lines[count * LINE_FACTS + END] = end;
        if (end - start > *most) *most = end - start;
        count++;
    }
    return count;
}

/* ------------------------------------------------------------------------------------------ the text */

/* What characters tell with those beside them: digits that may make a number, and characters that were decoded wrongly. */
static void scan_text(const Text *text, int64_t *facts) {
    const uint32_t asked = DIGIT | TORN | TORN_ALONE | QUESTION;
    int64_t in_number = 0;  /* where the run of digits ends that was counted */
    for (int64_t i = 0; (i = next_with(text->signs, i, text->length, asked)) < text->length; i++) {
        uint32_t sign = text->signs[i];
        if (sign & DIGIT && i >= in_number) {
            int64_t digits = 0;
            for (in_number = i; text->signs[in_number] & (DIGIT | NUMBER_MARK | BLANK); in_number++) digits += (text->signs[in_number] & DIGIT) != 0;
            if (digits > facts[DIGITS]) facts[DIGITS] = digits;
        }
        if (sign & TORN_ALONE) {
            facts[TORN_PLACES]++;
        } else if (sign & TORN) {
            facts[TORN_PLACES] += (i && text->codes[i - 1] >= 0x80) || (i + 1 < text->length && text->codes[i + 1] >= 0x80);
        }
        if (sign & QUESTION && (text->signs[i + 1] & QUESTION || text->signs[i + 1] & text->signs[i - 1] & ALPHABETIC))
            facts[SIGNS] |= LOST;
    }
}

typedef struct {
    const uint64_t *characters;  /* of a code point the signs, what it is folded to, and its number in pieces, 16 bits each of the last two */
    const uint32_t *beyond;      /* signs of those beyond the table, each behind its code point */
    int64_t others;              /* how many those are */
} Characters;

#define BEGINS_PIECE 0x80000000u  /* beside the signs: a piece of one character or two may begin with it */

/* Fill in signs, folded characters and the numbers that pieces have, and the places where a short piece may begin; how
   many these are, or -1: a code point beyond the tables was not given. */
static int64_t look_up(Text *text, const Characters *from, uint16_t *numbers, uint32_t *short_pieces, int64_t *all) {
    uint32_t any = 0;
    int64_t found = 0;
    for (int64_t i = 0; i < text->length; i++) {
        uint32_t code = text->codes[i], sign;
        uint64_t about;
        if (code < PLANE) {
            about = from->characters[code];
        } else {
            int64_t low = 0, high = from->others;
            while (low < high) {
                int64_t middle = (low + high) / 2;
                if (from->beyond[2 * middle] < code) low = middle + 1; else high = middle;
            }
            if (low == from->others || from->beyond[2 * low] != code) return -1;
            about = from->beyond[2 * low + 1] | (uint64_t)BEYOND << 32;
        }
        sign = (uint32_t)about;
        text->signs[i] = (uint16_t)sign;
        text->folded[i] = (uint16_t)(about >> 32);
        numbers[i] = (uint16_t)(about >> 48);
        short_pieces[found] = (uint32_t)i;
        found += sign >> 31;
        any |= sign;
    }
    *all = any & ~BEGINS_PIECE;
    return found;
}

enum { OTHERS_BEYOND, CHARACTERS, GRAMMAR_WORDS, OWNERS, HEADS, BEGUN, PIECES, NUMBERS, NEEDS, REQUIRED, BY_NEED, FIRST, TABLES };

static int tables_fit(const Buffer *b) {
    int64_t expressions = b[BY_NEED].view.len / 2;
    int64_t pieces = b[PIECES].view.len / 8, places = b[OWNERS].view.len, width = pieces ? b[NEEDS].view.len / 8 / pieces : 1;
    const uint64_t *last = (const uint64_t *)b[PIECES].view.buf + pieces - 1;
    return b[CHARACTERS].view.len == 8 * PLANE && b[GRAMMAR_WORDS].view.len == 8 * places && places
        && !(places & (places - 1)) && b[HEADS].view.len == (4 * KEY_LENGTHS) << PIECE_BITS
        && b[BEGUN].view.len == 2 * KEY_LENGTHS << (PIECE_BITS - 3) && width && b[NEEDS].view.len == 8 * pieces * width
        && (!pieces || b[NUMBERS].view.len >= (Py_ssize_t)(2 * ((uint32_t)*last + (*last >> 32 & 0xFFFF))))
        && b[REQUIRED].view.len == 8 * expressions * width && b[FIRST].view.len == 2 * (64 * width + 2)
        && ((const uint16_t *)b[FIRST].view.buf)[64 * width + 1] == expressions;
}

typedef struct {
    int64_t length, count, width, wide;  /* characters, lines, words of 64 bits that hold the needs, and the expressions */
    void *memory;                        /* of the columns below */
    uint32_t *codes, *short_pieces;
    uint16_t *signs, *folded, *numbers;
    int64_t facts[TEXT_FACTS], *lines;
    uint64_t *held, *possible;  /* needs that the text and then each line meets, and expressions that may match there */
} Told;

/* Room for a text's characters; 0: no memory. */
static int make_room(Told *told) {
    size_t length = (size_t)told->length;
    uint32_t *codes = told->memory = malloc(2 * (length + 1) * sizeof *codes + (3 * length + 2 + KEY) * sizeof *told->signs);
    if (!codes) return 0;
    told->codes = codes;
    told->short_pieces = codes + length + 1;
    told->signs = (uint16_t *)(told->short_pieces + length + 1) + 1;
    told->folded = told->signs + length + 1;
    told->numbers = told->folded + length;
    told->signs[-1] = told->signs[length] = 0;
    memset(told->numbers + length, 0, KEY * sizeof *told->numbers);
    return 1;
}

/* Read each line; 0: no memory. `most`: characters of the longest. */
static int read_lines(Told *told, const Text *text, int64_t most) {
    int64_t *facts = told->facts, spaced = 0, unspaced = 0;
    /* A line has at most so many words, and a set twice as many places, made full to a power of two. */
    size_t room = (size_t)(most + 2) / 2, lines = (size_t)told->count, largest = room > lines ? room : lines;
    uint64_t *memory = malloc((2 * room + 4 * largest + 4 + lines * EDGES) * sizeof *memory);
    if (!memory) return 0;
    Words words = {memory, memory + 2 * room, (int64_t *)memory + room};
    uint64_t *edges = words.set + 4 * largest + 4;
    for (int64_t i = 0; i < told->count; i++) {
        int64_t *line = told->lines + i * LINE_FACTS, letters = read_line(text, facts[LANGUAGE], line, &words, edges + i * EDGES);
        spaced += line[LINE_WORDS] - letters / UNSPACED_A_WORD;
        unspaced += letters;
        int64_t density = 1000 * line[MARKS] / (line[END] - line[START]);
        if (line[LONGEST] > facts[TEXT_LONGEST]) facts[TEXT_LONGEST] = line[LONGEST];
        if (density > facts[DENSEST]) facts[DENSEST] = density;
        if (line[AGAIN] > facts[TEXT_AGAIN]) facts[TEXT_AGAIN] = line[AGAIN];
    }
    facts[WORDS] = spaced + unspaced / UNSPACED_A_WORD;
    facts[ALIKE] = any_alike(edges, told->count, words.set);
    free(memory);
    return 1;
}

/* What may match in the text, and in each line. */
static void look_for_pieces(Told *told, const Buffer *b, int64_t short_pieces) {
    int64_t width = told->width;
    uint64_t *lines_held = told->held + width;
    Pieces pieces = {b[HEADS].view.buf, b[NUMBERS].view.buf, b[BEGUN].view.buf, b[PIECES].view.buf, b[NEEDS].view.buf, width};
    Owner owner = first_owner(told->lines, told->count, told->length, width, told->held, lines_held);
    find_short_pieces(told->numbers, told->short_pieces, short_pieces, &pieces, owner);
    find_pieces(told->numbers, &pieces, owner);
    for (int64_t i = 0; i < told->count; i++) {
        const int64_t *line = told->lines + i * LINE_FACTS;
        find_openings(told->numbers, told->signs, line[START], line[END], told->length, &pieces, lines_held + i * width);
    }
    for (int64_t i = 0; i < told->count; i++)
        for (int64_t word = 0; word < width; word++) told->held[word] |= lines_held[i * width + word];
    Expressions expressions = {b[REQUIRED].view.buf, b[BY_NEED].view.buf, b[FIRST].view.buf, width};
    for (int64_t i = 0; i <= told->count; i++) tell_possible(told->held + i * width, &expressions, told->possible + i * told->wide);
}

/* 1: done; -1: a code point beyond the tables is missing among those given, -2: no memory. */
static int read_text(Told *told, const Buffer *b) {
    int64_t *facts = told->facts, most = 0, ends = 0;
    Text text = {told->codes, told->length, told->signs, told->folded, b[GRAMMAR_WORDS].view.buf, b[OWNERS].view.buf,
                 b[OWNERS].view.len - 1};
    Characters characters = {b[CHARACTERS].view.buf, b[OTHERS_BEYOND].view.buf, b[OTHERS_BEYOND].view.len / 8};
    int64_t short_pieces = look_up(&text, &characters, told->numbers, told->short_pieces, &facts[SIGNS]);
    if (short_pieces < 0) return -1;
    scan_text(&text, facts);
    sample_grammar(&text, facts);
    for (int64_t i = 0; (i = next_with(text.signs, i, text.length, LINE_END)) < text.length; i++) ends++;
    told->lines = malloc((size_t)(ends + 1) * LINE_FACTS * sizeof *told->lines);
    told->held = calloc((size_t)((ends + 2) * (told->width + told->wide)), sizeof *told->held);
    if (!told->lines || !told->held) return -2;
    told->possible = told->held + (ends + 2) * told->width;
    told->count = find_lines(&text, told->lines, &most);
    if (!read_lines(told, &text, most)) return -2;
    look_for_pieces(told, b, short_pieces);
    return 1;
}

/* One number of the bits of some words, the lowest first. */
static PyObject *number_of(const uint64_t *words, int64_t width) {
    while (width > 1 && !words[width - 1]) width--;
    PyObject *size = width > 1 ? PyLong_FromLong(64) : NULL, *number = PyLong_FromUnsignedLongLong(words[width - 1]);
    while (number && size && --width) {
        PyObject *high = PyNumber_Lshift(number, size), *low = PyLong_FromUnsignedLongLong(words[width - 1]);
        Py_DECREF(number);
        number = high && low ? PyNumber_Or(high, low) : NULL;
        Py_XDECREF(high);
        Py_XDECREF(low);
    }
    Py_XDECREF(size);
    return number;
}

/* Give an item to a tuple; 0: it could not be made. */
ALWAYS_INLINE int put(PyObject *tuple, Py_ssize_t place, PyObject *item) { return item && PyTuple_SetItem(tuple, place, item) == 0; }

/* What is told of a line: one of its facts, what may match in it, or its text. */
static PyObject *told_of(PyObject *text, const Told *told, int64_t line, int what) {
    const int64_t *facts = told->lines + line * LINE_FACTS;
    if (what == LINE_FACTS) return number_of(told->possible + (line + 1) * told->wide, told->wide);
    if (what > LINE_FACTS) return PyUnicode_Substring(text, (Py_ssize_t)facts[START], (Py_ssize_t)facts[END]);
    return PyLong_FromLongLong(facts[what]);
}

/* Whether the same expressions may match in a line as in the one before: so it is of most. */
static int may_as_before(const Told *told, int64_t line) {
    const uint64_t *own = told->possible + (line + 1) * told->wide;
    return line && !memcmp(own, own - told->wide, (size_t)told->wide * sizeof *own);
}

/* The lines, what is told of each in a tuple. */
static PyObject *as_columns(PyObject *text, const Told *told) {
    PyObject *columns = PyTuple_New(LINE_FACTS + 2);
    int made = columns != NULL;
    for (int what = 0; made && what < LINE_FACTS + 2; what++) {
        PyObject *column = PyTuple_New((Py_ssize_t)told->count);
        made = put(columns, what, column);
        for (int64_t line = 0; made && line < told->count; line++) {
            PyObject *item = what == LINE_FACTS && may_as_before(told, line) ? PyTuple_GetItem(column, (Py_ssize_t)line - 1) : NULL;
            if (item) Py_INCREF(item); else item = told_of(text, told, line, what);
            made = put(column, (Py_ssize_t)line, item);
        }
    }
    if (!made) Py_CLEAR(columns);
    return columns;
}

/* The facts of the text, what may match in it, and its lines. */
static PyObject *as_tuples(PyObject *text, const Told *told) {
    PyObject *all = PyTuple_New(3), *facts = PyTuple_New(TEXT_FACTS);
    int made = all && facts;
    for (int fact = 0; made && fact < TEXT_FACTS; fact++) made = put(facts, fact, PyLong_FromLongLong(told->facts[fact]));
    if (!made) { Py_XDECREF(all); Py_XDECREF(facts); return NULL; }
    made = put(all, 0, facts) && put(all, 1, number_of(told->possible, told->wide)) && put(all, 2, as_columns(text, told));
    if (!made) Py_CLEAR(all);
    return all;
}

static PyObject *kernel_read(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *text, *o[TABLES], *given = NULL;
    Buffer b[TABLES] = {0};
    Told told = {0};
    if (!PyArg_ParseTuple(args, "UOOOOOOOOOOOO", &text, &o[OTHERS_BEYOND], &o[CHARACTERS], &o[GRAMMAR_WORDS], &o[OWNERS],
                          &o[HEADS], &o[BEGUN], &o[PIECES], &o[NUMBERS], &o[NEEDS], &o[REQUIRED], &o[BY_NEED], &o[FIRST]))
        return NULL;
    for (int i = 0; i < TABLES; i++)
        if (!take(o[i], &b[i], 0)) { give_back(b, TABLES); return NULL; }
    int done = -2;
    told.length = PyUnicode_GetLength(text);
    told.width = b[PIECES].view.len ? b[NEEDS].view.len / b[PIECES].view.len : 1;
    told.wide = b[BY_NEED].view.len / 2 / 64 + 1;
    if (!tables_fit(b)) {
        PyErr_SetString(PyExc_ValueError, "the tables of a reading do not fit each other");
    } else if (!make_room(&told) || !PyUnicode_AsUCS4(text, told.codes, (Py_ssize_t)told.length + 1, 1)) {
        if (!PyErr_Occurred()) PyErr_NoMemory();
    } else {
        Py_BEGIN_ALLOW_THREADS
        done = read_text(&told, b);
        Py_END_ALLOW_THREADS
        if (done == 1) given = as_tuples(text, &told);
        else if (done == -1) { Py_INCREF(Py_None); given = Py_None; }
        else PyErr_NoMemory();
    }
    give_back(b, TABLES);
    free(told.memory);
    free(told.lines);
    free(told.held);
    return given;
}

/* ------------------------------------------------------------------------------------------ trigrams */

#define TRIGRAM_BITS 11  /* of a hash */

typedef struct { uint32_t before[2]; int letters; uint16_t *counts; } Trigrams;

/* One letter more; scripts of many letters have one. */
static void add_letter(Trigrams *to, uint32_t letter) {
    if (letter >= 0x3400 && letter <= 0x9FFF) letter = 0x3400;
    if (letter >= 0xAC00 && letter <= 0xD7AF) letter = 0xAC00;
    if (letter >= 0x3040 && letter <= 0x30FF) letter = 0x3040;
    if (++to->letters >= 3) {
        uint32_t hash = to->before[0] * key_mix[0] + to->before[1] * key_mix[1] + letter * key_mix[2];
        to->counts[hash >> (32 - TRIGRAM_BITS)]++;
    }
    to->before[0] = to->before[1];
    to->before[1] = letter;
}

static void count_trigrams(const uint32_t *codes, int64_t length, const uint32_t *signs, const uint16_t *folds, uint16_t *counts) {
    Trigrams trigrams = {{0, 0}, 0, counts};
    for (int64_t i = 0; i < length; i++) {
        if (codes[i] < PLANE && signs[codes[i]] & ALPHABETIC) add_letter(&trigrams, folds[codes[i]]);
        else if (!trigrams.letters || trigrams.before[1] != ' ') add_letter(&trigrams, ' ');
    }
}

/* The cosine of the square roots of two counts of trigrams: of one paragraph, and of it and all others. */
static double cosine(const uint16_t *own, const uint32_t *all) {
    uint64_t mine = 0, theirs = 0;
    double common = 0;
    for (int i = 0; i < 1 << TRIGRAM_BITS; i++) {
        mine += own[i];
        theirs += all[i] - own[i];
        if (own[i]) common += sqrt((double)((uint64_t)own[i] * (all[i] - own[i])));
    }
    double lengths = sqrt((double)(mine * theirs));
    return common / (lengths > 1 ? lengths : 1);
}

static PyObject *kernel_alike(PyObject *self, PyObject *args) {
    (void)self;
    enum { CODES, ENDS, ASKED, SIGN_TABLE, FOLD_TABLE, ALIKE, GIVEN };
    PyObject *o[GIVEN];
    Buffer b[GIVEN] = {0};
    if (!PyArg_ParseTuple(args, "OOOOOO", &o[CODES], &o[ENDS], &o[ASKED], &o[SIGN_TABLE], &o[FOLD_TABLE], &o[ALIKE])) return NULL;
    for (int i = 0; i < GIVEN; i++)
        if (!take(o[i], &b[i], i == ALIKE)) { give_back(b, GIVEN); return NULL; }
    const uint32_t *codes = b[CODES].view.buf, *signs = b[SIGN_TABLE].view.buf;
    const int64_t *ends = b[ENDS].view.buf, *asked = b[ASKED].view.buf;
    int64_t texts = b[ENDS].view.len / 8, places = b[ASKED].view.len / 8, last = 0;
    int fits = b[SIGN_TABLE].view.len == 4 * PLANE && b[FOLD_TABLE].view.len == 2 * PLANE && b[ALIKE].view.len == 8 * places;
    for (int64_t i = 0; fits && i < texts; i++) { fits = ends[i] >= last && ends[i] - last <= UINT16_MAX; last = ends[i]; }
    for (int64_t i = 0; fits && i < places; i++) fits = asked[i] >= 0 && asked[i] < texts;
    fits = fits && last <= b[CODES].view.len / 4;
    if (fits) {
        const uint16_t *folds = b[FOLD_TABLE].view.buf;
        uint32_t all[1 << TRIGRAM_BITS] = {0};
        uint16_t own[1 << TRIGRAM_BITS];
        for (int64_t i = 0; i < texts; i++) {
            int64_t start = i ? ends[i - 1] : 0;
            memset(own, 0, sizeof own);
            count_trigrams(codes + start, ends[i] - start, signs, folds, own);
            for (int n = 0; n < 1 << TRIGRAM_BITS; n++) all[n] += own[n];
        }
        for (int64_t i = 0; i < places; i++) {
            int64_t start = asked[i] ? ends[asked[i] - 1] : 0;
            memset(own, 0, sizeof own);
            count_trigrams(codes + start, ends[asked[i]] - start, signs, folds, own);
            ((double *)b[ALIKE].view.buf)[i] = cosine(own, all);
        }
    }
    give_back(b, GIVEN);
    if (fits) Py_RETURN_NONE;
    PyErr_SetString(PyExc_ValueError, "the tables of a reading do not fit each other");
    return NULL;
}

/* ------------------------------------------------------------------------------------------ languages */

enum { BYTES, MOVES, STATES, WEIGHTS, PRIOR, LOGS, SCORES, MODEL };

typedef struct { int32_t row, feature; } State;        /* its moves, and what is met there; -1: nothing */
typedef struct { int32_t feature; uint32_t count; } Met;

/* Count the features that an automaton meets in a text, in the order in which they are first met; `met` has room for all,
   `places` for twice as many and is zero. Gives how many differ; -1: it leads out of its tables. */
static int64_t count_features(const Buffer *b, int64_t features, int64_t columns, Met *met, uint32_t *places, int64_t mask) {
    const uint8_t *text = b[BYTES].view.buf;
    const uint32_t *next = b[MOVES].view.buf;
    const State *states = b[STATES].view.buf;
    int64_t count = 0, known = b[STATES].view.len / (int64_t)sizeof *states, moves = b[MOVES].view.len / 4, state = 0;
    for (int64_t i = 0; i < b[BYTES].view.len; i++) {
        int64_t move = state < known ? (int64_t)states[state].row * 256 + text[i] : -1;
        if (move < 0 || move >= moves) return -1;
        state = next[move];
        if (state >= known || states[state].feature < 0) continue;
        int32_t feature = states[state].feature;
        if (feature >= features) return -1;
        int64_t place = ((uint32_t)feature * key_mix[0] >> 8) & mask;
        while (places[place] && met[places[place] - 1].feature != feature) place = (place + 1) & mask;
        if (!places[place]) {
            met[count] = (Met){feature, 0};
            places[place] = (uint32_t)++count;
#if defined(__GNUC__)
            /* The weights are many megabytes: those of this feature are fetched while the text is read. */
            for (int64_t at = 0; at < columns; at += 16) __builtin_prefetch((const float *)b[WEIGHTS].view.buf + feature * columns + at);
#endif
        }
        met[places[place] - 1].count++;
    }
    (void)columns;
    return count;
}

/* What the features weigh for each column. The products are exact, for their factors have 24 bits: so the sums are the
   same whether they are rounded in between or not. */
WIDE static void weigh(const Met *met, int64_t count, const float *weights, const float *logs, int64_t columns, double *scores) {
    for (int64_t i = 0; i < count; i++) {
        double often = logs[met[i].count];
        const float *row = weights + met[i].feature * columns;
        for (int64_t column = 0; column < columns; column++) scores[column] += often * (double)row[column];
    }
}

/* Features of the text; -1: the tables do not fit each other, -2: no memory. */
static int64_t score(const Buffer *b) {
    int64_t columns = b[PRIOR].view.len / 4, features = columns ? b[WEIGHTS].view.len / (4 * columns) : 0, length = b[BYTES].view.len, room = 4;
    if (b[SCORES].view.len != 8 * columns || b[LOGS].view.len / 4 <= length || length >= INT32_MAX) return -1;
    while (room < 2 * length) room *= 2;
    Met *met = malloc((size_t)(length + 1) * sizeof *met);
    uint32_t *places = calloc((size_t)room, sizeof *places);
    int64_t count = met && places ? count_features(b, features, columns, met, places, room - 1) : -2;
    double *scores = b[SCORES].view.buf;
    if (count >= 0) {
        memset(scores, 0, (size_t)b[SCORES].view.len);
        weigh(met, count, b[WEIGHTS].view.buf, b[LOGS].view.buf, columns, scores);
        for (int64_t column = 0; column < columns; column++) scores[column] += (double)((const float *)b[PRIOR].view.buf)[column];
    }
    free(met);
    free(places);
    return count;
}

static PyObject *kernel_score(PyObject *self, PyObject *args) {
    (void)self;
    PyObject *o[MODEL];
    Buffer b[MODEL] = {0};
    if (!PyArg_ParseTuple(args, "OOOOOOO", &o[BYTES], &o[MOVES], &o[STATES], &o[WEIGHTS], &o[PRIOR], &o[LOGS], &o[SCORES])) return NULL;
    for (int i = 0; i < MODEL; i++)
        if (!take(o[i], &b[i], i == SCORES)) { give_back(b, MODEL); return NULL; }
    int64_t met = score(b);
    give_back(b, MODEL);
    if (met >= 0) return PyLong_FromLongLong(met);
    if (met == -2) return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, "the tables of the languages do not fit each other");
    return NULL;
}

static PyMethodDef methods[] = {
    {"score", kernel_score, METH_VARARGS, "How likely a text is in each language."},
    {"alike", kernel_alike, METH_VARARGS, "How much paragraphs have the letters of the others."},
    {"read", kernel_read, METH_VARARGS, "All facts of a text and of its lines."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Inner loops of the checks.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    powers[0] = MIX;
    for (int i = 1; i < POWERS; i++) powers[i] = powers[i - 1] * MIX;
    PyObject *m = PyModule_Create(&module);
    if (m && PyModule_AddIntConstant(m, "INTERFACE", INTERFACE) < 0) { Py_DECREF(m); return NULL; }
    return m;
}
