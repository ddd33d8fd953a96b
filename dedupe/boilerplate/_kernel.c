/* The inner loops of the boilerplate cut: characters of lines -> what repeats, what the rules ask, how likely each is story.

   Numbers in, numbers out; every function has a twin in numpy and Python, which is the definition: `repeated.py` of keys
   and counts, `traits.py` of traits, `features.py` of scores, `model.py` of the chain, `reasons.py` of headlines. Sums of
   fractions are taken in the twin's order, and nothing is contracted, so that both give the same bits.
*/
#include "../_kernel.h"
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

#define INTERFACE 1  /* one more whenever what a function takes or gives changes; `dedupe/kernels.py` has the same */

#define PLANE 0x10000  /* characters with an entry of their own in the tables: those of the basic plane */

/* ------------------------------------------------------------------------------------------ arguments */

/* The buffers of all arguments; those from `first_out` on are written to. */
static int take_all(PyObject *args, Buffer *buffers, int count, int first_out) {
    if (PyTuple_Size(args) != count) { PyErr_SetString(PyExc_TypeError, "the number of arrays does not fit"); return 0; }
    for (int i = 0; i < count; i++)
        if (!take(PyTuple_GetItem(args, i), &buffers[i], i >= first_out)) { give_back(buffers, count); return 0; }
    return 1;
}

enum { DONE, NO_MEMORY, NO_FIT };

static PyObject *result(int outcome, Buffer *buffers, int count) {
    give_back(buffers, count);
    if (outcome == NO_MEMORY) return PyErr_NoMemory();
    if (outcome == NO_FIT) { PyErr_SetString(PyExc_ValueError, "the arrays do not fit each other"); return NULL; }
    Py_RETURN_NONE;
}

/* Whether lines lie within the characters, one after the other or not. */
static int spans_fit(const int64_t *starts, const int64_t *ends, int64_t lines, int64_t length) {
    for (int64_t i = 0; i < lines; i++)
        if (starts[i] < 0 || starts[i] >= ends[i] || ends[i] > length || ends[i] - starts[i] > INT32_MAX / 4) return 0;
    return 1;
}

/* Whether documents part the lines, in order and without a gap. */
static int documents_fit(const int64_t *first, int64_t documents, int64_t lines) {
    if (documents < 0 || first[0] != 0 || first[documents] != lines) return 0;
    for (int64_t d = 0; d < documents; d++) if (first[d] > first[d + 1]) return 0;
    return lines < INT32_MAX;
}

/* ------------------------------------------------------------------------------------------ characters

   What a character is, as bits, and what it is folded to; `characters.py` makes both tables. */

enum {
    WORD = 1 << 0, DECIMAL = 1 << 1, BLANK = 1 << 2, UPPER = 1 << 3, LOWER = 1 << 4, DIGIT = 1 << 5, STOP = 1 << 6,
    CLOSER = 1 << 7, UNSPACED = 1 << 8, SUSPECT = 1 << 9, TORN = 1 << 10, TEARS = 1 << 11, UNSTABLE = 1 << 12,
    CASE_ODD = 1 << 13, CUE_HEAD = 1 << 14, TELLS = 1 << 15, SPREADS = 1 << 16, ASTRAL = 1 << 17
};

#define FIRST_EMOJI 0x1F300u  /* no letters, digits or blanks, and without case: like any sign */
#define LAST_EMOJI 0x1FAFFu

ALWAYS_INLINE uint32_t bits_of(const uint32_t *bits, uint32_t code) {
    if (code < PLANE) return bits[code];
    return code >= FIRST_EMOJI && code <= LAST_EMOJI ? 0 : ASTRAL;
}

typedef struct { const uint32_t *table, *more; int64_t more_length; const uint64_t *factors; } Fold;

#define SEVERAL 0x80000000u  /* a fold to two or three characters: their place in `more` times four, and their number */

ALWAYS_INLINE int fold(const Fold *folds, uint32_t code, uint32_t *to) {
    uint32_t small = code < PLANE ? folds->table[code] : code;
    if (!(small & SEVERAL)) { to[0] = small; return 1; }
    uint32_t at = (small & ~SEVERAL) >> 2, count = small & 3;
    if (at + count > folds->more_length) return 0;
    for (uint32_t i = 0; i < count; i++) to[i] = folds->more[at + i];
    return (int)count;
}

/* Bits well mixed: the finaliser of splitmix64. Steele, Lea and Flood, "Fast splittable pseudorandom number
   generators", OOPSLA 2014. */
ALWAYS_INLINE uint64_t mixed(uint64_t x) {
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

#define FACTORS 4096

/* A character's part in a key: a sum of products with factors that are as good as random. Carter and Wegman, "Universal
   classes of hash functions", 1979. */
ALWAYS_INLINE uint64_t placed(const uint64_t *factors, uint64_t code, uint64_t place) {
    return (code + 1) * (factors[place & (FACTORS - 1)] ^ place / FACTORS);
}

typedef struct { uint32_t *codes; int64_t room; } Scratch;

static int make_room(Scratch *scratch, int64_t room) {
    if (room <= scratch->room) return 1;
    room += room / 4;
    uint32_t *codes = realloc(scratch->codes, 4 * (size_t)room);
    if (!codes) return 0;
    scratch->codes = codes;
    scratch->room = room;
    return 1;
}

/* ------------------------------------------------------------------------------------------ lines

   The lines of texts as they came in: where each lies, what may call for its repair, and the key of its shape. */

enum { MAY_CHANGE = 1, MAY_BE_TORN = 2, MAY_BE_UNSTABLE = 4, NEEDS_PYTHON = 8 };

#define MOST_DATELINE 80  /* characters of a shape: a longer block with a year in it is a sentence */
#define LEAST_MONTH 3     /* letters */

static int is_year(const uint32_t *codes) {
    return (codes[0] == '1' && codes[1] == '9') || (codes[0] == '2' && codes[1] == '0');
}

/* Put "#" for the words beside the numbers of a date. */
static int64_t without_months(uint32_t *shape, int64_t length, const uint32_t *bits) {
    uint32_t before[2] = {0, 0};  /* the two characters before, as they were */
    int64_t to = 0;
    for (int64_t i = 0; i < length;) {
        int64_t end = i;
        while (end < length && (bits_of(bits, shape[end]) & (WORD | DECIMAL)) == WORD && shape[end] != '_') end++;
        if (end - i >= LEAST_MONTH) {
            int64_t next = end + (end < length && (shape[end] == '.' || shape[end] == ','));
            int beside = (before[0] == '0' && before[1] == ' ')
                || (next + 1 < length && shape[next] == ' ' && shape[next + 1] == '0');
            before[0] = shape[end - 2], before[1] = shape[end - 1];
            if (beside) { shape[to++] = '#'; i = end; continue; }
            while (i < end) shape[to++] = shape[i++];
            continue;
        }
        if (end == i) end = i + 1;
        while (i < end) { before[0] = before[1], before[1] = shape[i]; shape[to++] = shape[i++]; }
    }
    return to;
}

typedef struct { uint64_t key; uint32_t all; int32_t size; uint8_t torn; } Look;

/* Fold a line and put "0" for its numbers; whether one of them is a year. */
static int fold_line(const uint32_t *line, int64_t length, const uint32_t *bits, const Fold *folds, uint32_t *shape, int64_t *count) {
    int year = 0;
    for (int64_t i = 0; i < length;) {
        if (!(bits_of(bits, line[i]) & DECIMAL)) { *count += fold(folds, line[i++], shape + *count); continue; }
        int64_t begin = i;
        while (i < length && bits_of(bits, line[i]) & DECIMAL) i++;
        year |= i - begin == 4 && is_year(line + begin);
        shape[(*count)++] = '0';
    }
    return year;
}

/* One look at a line: the bits of its characters, and key and size of its shape. `shape` has room for three times its
   characters. */
static Look look_at(const uint32_t *line, int64_t length, const uint32_t *bits, const Fold *folds, uint32_t *shape) {
    Look look = {0};
    uint32_t all = 0, doubled = 0;
    int64_t count = 0;
    int year = 0;
    for (int64_t i = 0; i < length; i++) all |= bits_of(bits, line[i]);
    for (int64_t i = 1; i < length; i++) doubled |= (line[i] == ' ') & (line[i - 1] == ' ');
    if (all & TORN && all & TEARS)
        for (int64_t i = 1; i < length; i++) look.torn |= bits_of(bits, line[i]) & TORN && bits_of(bits, line[i - 1]) & TEARS;
    look.all = doubled ? all | SUSPECT : all;
    if (all & ASTRAL) return look;
    if (all & (DECIMAL | SPREADS)) year = fold_line(line, length, bits, folds, shape, &count);
    else for (; count < length; count++) shape[count] = line[count] < PLANE ? folds->table[line[count]] : line[count];
    while (count && bits_of(bits, shape[count - 1]) & BLANK) count--;
    while (count && bits_of(bits, shape[0]) & BLANK) shape++, count--;
    if (year && count <= MOST_DATELINE) count = without_months(shape, count, bits);
    for (int64_t i = 0; i < count; i++) look.key += placed(folds->factors, shape[i], (uint64_t)i);
    look.size = (int32_t)count;
    return look;
}

/* `ends` holds the line breaks, and after it where each line ends without its spaces. */
static int find_lines(Buffer *in) {
    enum { CODES, BITS, FOLDS, MORE, FACTORS_OF, STARTS, ENDS, SIGNS, KEYS, SIZES };
    const uint32_t *codes = in[CODES].view.buf;
    const uint32_t *bits = in[BITS].view.buf;
    Fold folds = {in[FOLDS].view.buf, in[MORE].view.buf, in[MORE].view.len / 4, in[FACTORS_OF].view.buf};
    int64_t length = in[CODES].view.len / 4, lines = in[STARTS].view.len / 8, start = 0;
    int64_t *starts = in[STARTS].view.buf, *ends = in[ENDS].view.buf;
    uint8_t *signs = in[SIGNS].view.buf;
    uint64_t *keys = in[KEYS].view.buf;
    int32_t *sizes = in[SIZES].view.buf;
    if (in[BITS].view.len != 4 * PLANE || in[FOLDS].view.len != 4 * PLANE || in[FACTORS_OF].view.len != 8 * FACTORS
        || in[ENDS].view.len != 8 * lines || in[SIGNS].view.len != lines || in[KEYS].view.len != 8 * lines
        || in[SIZES].view.len != 4 * lines)
        return NO_FIT;
    Scratch scratch = {0};
    int outcome = DONE;
    for (int64_t line = 0; line < lines; line++) {
        int64_t low = start, past = ends[line];
        if (past < low || past >= length || past - low > INT32_MAX / 4) { outcome = NO_FIT; break; }
        if (!make_room(&scratch, 3 * (past - low) + 3)) { outcome = NO_MEMORY; break; }
        start = past + 1;
        Look look = look_at(codes + low, past - low, bits, &folds, scratch.codes);
        keys[line] = look.key, sizes[line] = look.size;
        signs[line] = (uint8_t)((look.all & SUSPECT ? MAY_CHANGE : 0) | (look.torn ? MAY_BE_TORN : 0)
                                | (look.all & (UNSTABLE | ASTRAL) ? MAY_BE_UNSTABLE : 0) | (look.all & ASTRAL ? NEEDS_PYTHON : 0));
        while (past > low && codes[past - 1] == ' ') past--;
        while (low < past && codes[low] == ' ') low++;
        starts[line] = low, ends[line] = past;
    }
    free(scratch.codes);
    return outcome;
}

static PyObject *kernel_lines(PyObject *self, PyObject *args) {
    (void)self;
    Buffer in[10] = {0};
    int outcome;
    if (!take_all(args, in, 10, 5)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    outcome = find_lines(in);
    Py_END_ALLOW_THREADS
    return result(outcome, in, 10);
}

/* ------------------------------------------------------------------------------------------ tables of keys

   Open addressing; a power of two of slots, at most two thirds of them full. Key 0 marks a free slot, and stands as 1. */

ALWAYS_INLINE uint64_t slot_of(const uint64_t *slots, uint64_t mask, uint64_t key) {
    uint64_t at = mixed(key) & mask;
    while (slots[at] && slots[at] != key) at = (at + 1) & mask;
    return at;
}

ALWAYS_INLINE uint64_t as_key(uint64_t key) { return key ? key : 1; }

static uint64_t power_of_two(uint64_t least) {
    uint64_t size = 8;
    while (size < least) size *= 2;
    return size;
}

/* A table that is emptied for each document. */
typedef struct { uint64_t *slots; int32_t *values; uint64_t mask, room; } Table;

static int empty_for(Table *table, int64_t entries) {
    uint64_t size = power_of_two((uint64_t)entries * 3 / 2 + 2);
    if (size > table->room) {
        free(table->slots);
        free(table->values);
        table->slots = malloc(8 * size);
        table->values = malloc(4 * size);
        table->room = table->slots && table->values ? size : 0;
        if (!table->room) return 0;
    }
    table->mask = size - 1;
    memset(table->slots, 0, 8 * size);
    return 1;
}

static void drop(Table *table) { free(table->slots); free(table->values); }

/* The slot of a key, which is made with value 0 where it is new. */
ALWAYS_INLINE int32_t *entry(Table *table, uint64_t key) {
    key = as_key(key);
    uint64_t at = slot_of(table->slots, table->mask, key);
    if (!table->slots[at]) { table->slots[at] = key; table->values[at] = 0; }
    return &table->values[at];
}

/* ------------------------------------------------------------------------------------------ stories that hold a key */

static int is_power(int64_t slots) { return slots > 0 && !(slots & (slots - 1)); }

/* Count the keys of each document once, unless most of its sentences have been counted: then it is a copy. */
static int count_stories(Buffer *in) {
    enum { KEYS, SIZES, FIRST, SENTENCE, SHARE, SLOTS, COUNTS, USED, COUNTED };
    const uint64_t *keys = in[KEYS].view.buf;
    const int32_t *sizes = in[SIZES].view.buf;
    const int64_t *first = in[FIRST].view.buf;
    uint64_t *slots = in[SLOTS].view.buf;
    uint32_t *counts = in[COUNTS].view.buf;
    int64_t *used = in[USED].view.buf;
    uint8_t *counted = in[COUNTED].view.buf;
    int64_t lines = in[KEYS].view.len / 8, documents = in[FIRST].view.len / 8 - 1, room = in[SLOTS].view.len / 8;
    if (in[SIZES].view.len != 4 * lines || in[SENTENCE].view.len != 8 || in[SHARE].view.len != 8 || !is_power(room)
        || in[COUNTS].view.len != 4 * room || in[USED].view.len != 8 || in[COUNTED].view.len != documents
        || !documents_fit(first, documents, lines) || *used < 0 || (*used + lines) * 3 / 2 >= room)
        return NO_FIT;
    int64_t sentence = *(const int64_t *)in[SENTENCE].view.buf;
    double share = *(const double *)in[SHARE].view.buf;
    uint64_t mask = (uint64_t)room - 1;
    Table own = {0};
    for (int64_t d = 0; d < documents; d++) {
        if (!empty_for(&own, first[d + 1] - first[d])) { drop(&own); return NO_MEMORY; }
        int64_t sentences = 0, seen = 0;
        for (int64_t i = first[d]; i < first[d + 1]; i++) {
            int32_t *times = sizes[i] ? entry(&own, keys[i]) : NULL;
            if (!times || (*times)++ || sizes[i] < sentence) continue;
            sentences++;
            seen += slots[slot_of(slots, mask, as_key(keys[i]))] != 0;
        }
        counted[d] = !(sentences && (double)seen > share * (double)sentences);
        for (int64_t i = first[d]; counted[d] && i < first[d + 1]; i++) {
            int32_t *times = sizes[i] ? entry(&own, keys[i]) : NULL;
            if (!times || !*times) continue;
            *times = 0;
            uint64_t at = slot_of(slots, mask, as_key(keys[i]));
            if (!slots[at]) { slots[at] = as_key(keys[i]); counts[at] = 0; (*used)++; }
            counts[at]++;
        }
    }
    drop(&own);
    return DONE;
}

static PyObject *kernel_count(PyObject *self, PyObject *args) {
    (void)self;
    Buffer in[9] = {0};
    int outcome;
    if (!take_all(args, in, 9, 5)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    outcome = count_stories(in);
    Py_END_ALLOW_THREADS
    return result(outcome, in, 9);
}

/* Move a table's keys and counts into a larger, empty one. */
static PyObject *kernel_regrow(PyObject *self, PyObject *args) {
    (void)self;
    enum { SLOTS, COUNTS, NEW_SLOTS, NEW_COUNTS, ALL };
    Buffer in[ALL] = {0};
    if (!take_all(args, in, ALL, NEW_SLOTS)) return NULL;
    const uint64_t *slots = in[SLOTS].view.buf;
    const uint32_t *counts = in[COUNTS].view.buf;
    uint64_t *to = in[NEW_SLOTS].view.buf;
    uint32_t *to_counts = in[NEW_COUNTS].view.buf;
    int64_t room = in[SLOTS].view.len / 8, new_room = in[NEW_SLOTS].view.len / 8;
    if (in[COUNTS].view.len != 4 * room || in[NEW_COUNTS].view.len != 4 * new_room || new_room <= room || !is_power(new_room))
        return result(NO_FIT, in, ALL);
    Py_BEGIN_ALLOW_THREADS
    for (int64_t i = 0; i < room; i++) {
        if (!slots[i]) continue;
        uint64_t at = slot_of(to, (uint64_t)new_room - 1, slots[i]);
        to[at] = slots[i], to_counts[at] = counts[i];
    }
    Py_END_ALLOW_THREADS
    return result(DONE, in, ALL);
}

static PyObject *kernel_counts(PyObject *self, PyObject *args) {
    (void)self;
    enum { KEYS, SLOTS, COUNTS, OUT, ALL };
    Buffer in[ALL] = {0};
    if (!take_all(args, in, ALL, OUT)) return NULL;
    const uint64_t *keys = in[KEYS].view.buf, *slots = in[SLOTS].view.buf;
    const uint32_t *counts = in[COUNTS].view.buf;
    uint32_t *out = in[OUT].view.buf;
    int64_t lines = in[KEYS].view.len / 8, room = in[SLOTS].view.len / 8;
    if (in[COUNTS].view.len != 4 * room || in[OUT].view.len != 4 * lines || !is_power(room)) return result(NO_FIT, in, ALL);
    for (int64_t i = 0; i < lines; i++) {
        uint64_t at = slot_of(slots, (uint64_t)room - 1, as_key(keys[i]));
        out[i] = slots[at] ? counts[at] : 0;
    }
    return result(DONE, in, ALL);
}

/* ------------------------------------------------------------------------------------------ traits

   What the rules ask about a block, in one pass over its characters: `traits.py` says what each is. */

enum {
    ENDS_SENTENCE = 1 << 0, IS_PROSE = 1 << 1, IS_HEADLINE = 1 << 2, IS_NAMES = 1 << 3, IS_LOUD = 1 << 4, HAS_COLON = 1 << 5,
    HAS_BAR = 1 << 6, HAS_IMAGE = 1 << 7, HAS_LINK = 1 << 8, MAY_HAVE_ADDRESS = 1 << 9, MAY_HAVE_MARKUP = 1 << 10,
    IS_ODD = 1 << 11, HAS_NARROW_COLON = 1 << 12
};

#define FIRST_UNSPACED 0x0E00  /* code point from which on scripts have no spaces, or few */
#define LONG_BLOCK 100
#define LEAST_SENTENCE_WORDS 4
#define MOST_HEADLINE 180
#define LEAST_HEADLINE_WORDS 4
#define MOST_NAMES 120
#define MOST_NAMES_WORDS 10
#define MOST_LOUD_WORDS 12
#define LONGEST_WITH_CUES 300
#define CUE_KEY 3  /* letters of a word by which the cues that it may begin are found */
#define CUE_BITS 12
enum { WHOLE_WORD = 1, IN_UNSPACED = 2 };

/* The cues by the hash of what they begin with: the first letters of their first word, or one character. */
typedef struct {
    const uint16_t *heads, *next;     /* cue + 1, or 0 */
    const uint64_t *keys;             /* cue -> its first letters */
    const int32_t *starts;            /* cue -> where its characters begin */
    const uint32_t *codes, *kinds;    /* cue -> the bit of its kind */
    const uint8_t *how;
} Cues;

ALWAYS_INLINE uint32_t cue_slot(uint64_t key) { return (uint32_t)((key * 0x9E3779B97F4A7C15u) >> (64 - CUE_BITS)); }

static uint32_t cues_at(const Cues *cues, uint64_t key, const uint32_t *at, const uint32_t *end, const uint32_t *bits, int unspaced) {
    uint32_t found = 0;
    for (uint32_t cue = cues->heads[cue_slot(key)]; cue; cue = cues->next[cue - 1]) {
        int32_t start = cues->starts[cue - 1], size = cues->starts[cue] - start;
        uint8_t how = cues->how[cue - 1];
        if (cues->keys[cue - 1] != key || end - at < size || memcmp(at, cues->codes + start, 4 * (size_t)size)) continue;
        if (how & IN_UNSPACED && !unspaced) continue;
        if (how & WHOLE_WORD && at + size < end && bits_of(bits, at[size]) & WORD && at[size] != '_') continue;
        found |= cues->kinds[cue - 1];
    }
    return found;
}

/* A time of day, a date or a year: the twin's expression, by runs of digits; one of them at least is of ASCII. */
static int has_clock(const uint32_t *t, int64_t n, const uint32_t *bits) {
    int64_t digit = 0;
    while (digit < n && !(t[digit] >= '0' && t[digit] <= '9')) digit++;
    if (digit == n) return 0;
#define IS(at, what) ((at) < n && bits_of(bits, t[at]) & (what))
    for (int64_t i = 0; i < n;) {
        if (!IS(i, DECIMAL)) { i++; continue; }
        int64_t end = i;
        while (IS(end, DECIMAL)) end++;
        int64_t run = end - i, second = end + 1, third;
        if (end < n && (t[end] == 0x5E74 || t[end] == 0x6708)) return 1;  /* year, month */
        if (!(i && bits_of(bits, t[i - 1]) & WORD)) {
            if (run == 4 && is_year(t + i) && !IS(end, WORD)) return 1;
            for (third = second; IS(third, DECIMAL); ) third++;
            int64_t run2 = end < n ? third - second : 0;
            if (run <= 2 && run2 == 2 && (t[end] == ':' || t[end] == '.' || t[end] == 'h') && !IS(third, WORD)) return 1;
#define PARTS(at) ((at) < n && (t[at] == '.' || t[at] == '/' || t[at] == '-'))
            if (run <= 4 && PARTS(end) && run2 >= 1 && run2 <= 2 && PARTS(third)) {
                int64_t past = third + 1;
                while (IS(past, DECIMAL)) past++;
                if (past - third - 1 >= 1 && past - third - 1 <= 4 && !IS(past, WORD)) return 1;
            }
#undef PARTS
        }
        i = end;
    }
    return 0;
#undef IS
}

static int begins_with(const uint32_t *t, int64_t n, const char *what) {
    for (; *what; t++, n--, what++) if (!n || *t != (uint32_t)*what) return 0;
    return 1;
}

static int ends_with(const uint32_t *t, int64_t end, const char *what) {
    int64_t length = (int64_t)strlen(what);
    return end >= length && begins_with(t + end - length, length, what);
}

/* What a character tells of a block, with those before it. */
static uint32_t sign_at(const uint32_t *t, int64_t i, const uint32_t *bits) {
    uint32_t before = i ? t[i - 1] : 0;
    int64_t end = i;
    switch (t[i]) {
    case ':': return HAS_COLON | HAS_NARROW_COLON;
    case 0xFF1A: return HAS_COLON;
    case '|': return HAS_BAR;
    case '@': return MAY_HAVE_ADDRESS;
    case '/': return ends_with(t, i, ":/") ? MAY_HAVE_ADDRESS : 0;
    case '.': return ends_with(t, i, "www") ? MAY_HAVE_ADDRESS : 0;
    case '[': return before == '!' ? HAS_IMAGE : 0;
    case '<': case '&': return MAY_HAVE_MARKUP;
    case '{': case '}': return before == t[i] ? MAY_HAVE_MARKUP : 0;
    case '(':
        if (before == ']') return HAS_LINK | MAY_HAVE_MARKUP;
        while (end && bits_of(bits, t[end - 1]) & BLANK) end--;
        return ends_with(t, end, "function") ? MAY_HAVE_MARKUP : 0;
    default: return 0;
    }
}

/* Words; of scripts without spaces two characters make one. */
static int64_t count_words(const uint32_t *t, int64_t n, const uint32_t *bits) {
    int64_t words = 0, begin = -1;
    for (int64_t i = 0; i <= n; i++) {
        int inside = i < n && bits_of(bits, t[i]) & WORD;
        if (inside && begin < 0) begin = i;
        if (inside || begin < 0) continue;
        words += t[begin] < FIRST_UNSPACED || i - begin < 4 ? 1 : (i - begin) / 2;
        begin = -1;
    }
    return words;
}

/* Kinds of the cues that begin at some places of a short block, the first letter of a word or a character of its own. */
static uint32_t cues_in(const uint32_t *t, int64_t n, const uint16_t *places, int count, const uint32_t *bits,
                        const uint32_t *small, const Cues *cues, int unspaced) {
    uint32_t lowered[LONGEST_WITH_CUES], found = 0;
    for (int64_t i = 0; i < n; i++) lowered[i] = t[i] < PLANE ? small[t[i]] : t[i];
    for (int place = 0; place < count; place++) {
        int64_t i = places[place];
        const uint32_t *at = lowered + i, *end = lowered + n;
        if (bits_of(bits, t[i]) & WORD && !(i && bits_of(bits, t[i - 1]) & WORD)) {
            uint64_t key = 0;
            for (int letter = 0; letter < CUE_KEY && at + letter < end && bits_of(bits, at[letter]) & WORD; letter++)
                key |= (uint64_t)at[letter] << (21 * letter);
            if (cues->heads[cue_slot(key)]) found |= cues_at(cues, key, at, end, bits, unspaced);
        }
        if (bits_of(bits, *at) & CUE_HEAD) found |= cues_at(cues, (uint64_t)*at | (uint64_t)1 << 63, at, end, bits, unspaced);
    }
    return found;
}

typedef struct { uint32_t signs, cues; int32_t words; } Traits;

static Traits traits_of(const uint32_t *t, int64_t n, const uint32_t *bits, const uint32_t *small, const Cues *cues, uint32_t clock) {
    uint16_t places[LONGEST_WITH_CUES];
    uint32_t all = 0, high = 0, before = 0, signs = 0;
    int64_t runs = 0, capitals = 0, last = n;
    int count = 0, has_cues = n <= LONGEST_WITH_CUES;
    for (int64_t i = 0; i < n; i++) {
        uint32_t is = bits_of(bits, t[i]), begins = is & ~before & (uint32_t)WORD;
        all |= is;
        high |= t[i];
        runs += begins;
        capitals += begins & !!(is & UPPER);
        if (has_cues) { places[count] = (uint16_t)i; count += begins | !!(is & CUE_HEAD); }
        if (is & TELLS) signs |= sign_at(t, i, bits);
        before = is;
    }
    int64_t words = high < FIRST_UNSPACED ? runs : count_words(t, n, bits);
    if (begins_with(t, n, "http") || begins_with(t, n, "www.")) signs |= HAS_LINK;
    int colon = signs & HAS_NARROW_COLON;
    int64_t lead = 0;
    while (lead < n && bits_of(bits, t[lead]) & BLANK) lead++;
    if (lead < n && t[lead] && t[lead] < 0x80 && strchr("#*_=~|-", (int)t[lead])) signs |= MAY_HAVE_MARKUP;
    while (last && bits_of(bits, t[last - 1]) & CLOSER) last--;
    int stop = last && bits_of(bits, t[last - 1]) & STOP, loud = (all & (UPPER | LOWER)) == UPPER;
    if (stop) signs |= ENDS_SENTENCE;
    if (n >= LONG_BLOCK || (stop && words >= LEAST_SENTENCE_WORDS)) signs |= IS_PROSE;
    if (n <= MOST_HEADLINE && !stop && runs >= LEAST_HEADLINE_WORDS) signs |= IS_HEADLINE;
    if (n <= MOST_NAMES && !stop && !colon && runs >= 2 && runs <= MOST_NAMES_WORDS && capitals * 2 > runs && !loud)
        signs |= IS_NAMES;
    if (loud && runs <= MOST_LOUD_WORDS) signs |= IS_LOUD;
    if (all & (ASTRAL | CASE_ODD)) signs |= IS_ODD;
    uint32_t found = 0;
    if (n <= LONGEST_WITH_CUES) {
        found = cues_in(t, n, places, count, bits, small, cues, (all & UNSPACED) != 0);
        if (all & DECIMAL && has_clock(t, n, bits)) found |= clock;
    }
    return (Traits){signs & ~(uint32_t)HAS_NARROW_COLON, found, (int32_t)words};
}

static int find_traits(Buffer *in) {
    enum { CODES, STARTS, ENDS, BITS, SMALL, CLOCK, HEADS, NEXT, KEYS, CUE_STARTS, CUE_CODES, CUE_KINDS, HOW, SIGNS, WORDS, FOUND };
    const uint32_t *codes = in[CODES].view.buf;
    const int64_t *starts = in[STARTS].view.buf, *ends = in[ENDS].view.buf;
    int64_t lines = in[STARTS].view.len / 8, count = in[KEYS].view.len / 8;
    Cues cues = {in[HEADS].view.buf, in[NEXT].view.buf, in[KEYS].view.buf, in[CUE_STARTS].view.buf, in[CUE_CODES].view.buf,
                 in[CUE_KINDS].view.buf, in[HOW].view.buf};
    if (in[ENDS].view.len != 8 * lines || !spans_fit(starts, ends, lines, in[CODES].view.len / 4) || in[BITS].view.len != 4 * PLANE
        || in[SMALL].view.len != 4 * PLANE || in[CLOCK].view.len != 4 || in[HEADS].view.len != 2 << CUE_BITS
        || in[NEXT].view.len != 2 * count || in[CUE_STARTS].view.len != 4 * (count + 1) || in[CUE_KINDS].view.len != 4 * count
        || in[HOW].view.len != count || in[CUE_CODES].view.len != 4 * cues.starts[count] || in[SIGNS].view.len != 4 * lines
        || in[WORDS].view.len != 4 * lines || in[FOUND].view.len != 4 * lines)
        return NO_FIT;
    uint32_t *signs = in[SIGNS].view.buf, *found = in[FOUND].view.buf;
    int32_t *words = in[WORDS].view.buf;
    for (int64_t i = 0; i < lines; i++) {
        Traits traits = traits_of(codes + starts[i], ends[i] - starts[i], in[BITS].view.buf, in[SMALL].view.buf, &cues,
                                  *(const uint32_t *)in[CLOCK].view.buf);
        signs[i] = traits.signs, words[i] = traits.words, found[i] = traits.cues;
    }
    return DONE;
}

static PyObject *kernel_traits(PyObject *self, PyObject *args) {
    (void)self;
    Buffer in[16] = {0};
    int outcome;
    if (!take_all(args, in, 16, 13)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    outcome = find_traits(in);
    Py_END_ALLOW_THREADS
    return result(outcome, in, 16);
}

/* ------------------------------------------------------------------------------------------ measures

   What one line says by itself: `measures.py`. */

enum {
    CLASS_LOWER, CLASS_UPPER, CLASS_CASELESS, CLASS_WIDE, CLASS_MARK, CLASS_DIGIT, CLASS_SPACE, CLASS_STOP, CLASS_COMMA,
    CLASS_COLON, CLASS_QUOTE, CLASS_CLOSER, CLASS_OPENER, CLASS_DASH, CLASS_SYMBOL, CLASS_BREAK, CLASSES
};

#define FIRST_WIDE_ASTRAL 0x20000u
#define PAST_WIDE_ASTRAL 0x32000u
#define IDEOGRAPHIC 0x3000  /* code point from which on a stop needs no space behind it */
#define PRIME 0x9E3779B97F4A7C15u
#define BEGINNING 6  /* letters of a word that its hash sees */
#define TELLING 5    /* letters */
#define SHAPE_POWERS 4096

typedef struct {
    int64_t counts[CLASSES], glued, token_end;
    float width, words, capitalised, sentences;
    int first, last, ellipsis;
    uint64_t shape, head, tail;
    uint32_t cues;  /* none of lines that are prose by their width */
    int32_t repeats, same_tail, same_head, own_words, taken;
    int32_t near[2];
    float score, strength, above;
    int prose, unstopped;
} Line;

typedef struct { uint64_t *tokens; int64_t length, room; } Tokens;

static int add_token(Tokens *tokens, uint64_t token) {
    if (tokens->length == tokens->room) {
        int64_t room = 2 * tokens->room + 1024;
        uint64_t *grown = realloc(tokens->tokens, 8 * (size_t)room);
        if (!grown) return 0;
        tokens->tokens = grown, tokens->room = room;
    }
    tokens->tokens[tokens->length++] = token;
    return 1;
}

typedef struct { const uint8_t *classes; const uint32_t *small; const uint64_t *powers; } Alphabet;

ALWAYS_INLINE int class_of(const Alphabet *alphabet, uint32_t code) {
    if (code < PLANE) return alphabet->classes[code];
    return code >= FIRST_WIDE_ASTRAL && code < PAST_WIDE_ASTRAL ? CLASS_WIDE : CLASS_SYMBOL;
}


typedef struct { uint64_t hash; int64_t at, length; } Word;  /* `at` is -1 before the first word of a line */

/* Take account of a word at its end, and begin the next. */
static int next_word(Word *word, int64_t at, Line *line, Tokens *tokens) {
    if (word->at >= 0) {
        if (!line->words++) line->head = word->hash;
        line->tail = word->hash;
        if (word->length >= TELLING && !add_token(tokens, word->hash)) return 0;
    }
    *word = (Word){0, at, 0};
    return 1;
}

static int measure(const uint32_t *t, int64_t n, const Alphabet *alphabet, Line *line, Tokens *tokens) {
    *line = (Line){0};
    const uint64_t *powers = alphabet->powers;
    Word word = {0, -1, 0};
    int before = CLASS_BREAK;
    int64_t words = 0, capitals = 0, sentences = 0, inside = 0;
    uint64_t shape = 0;
    for (int64_t i = 0; i < n;) {
        int class = class_of(alphabet, t[i]);
        if (before == CLASS_STOP) sentences += class == CLASS_SPACE || t[i - 1] > IDEOGRAPHIC;
        if (class == CLASS_UPPER) line->glued += before == CLASS_LOWER || (before == CLASS_STOP && t[i - 1] != '.');
        if (class > CLASS_DIGIT) {
            line->counts[class]++;
            before = class;
            i++;
            continue;
        }
        if (class != CLASS_WIDE && before > CLASS_DIGIT) {
            if (!next_word(&word, i, line, tokens)) return 0;
            words++;
            capitals += class == CLASS_UPPER;
        }
        /* Nearly all are small letters that follow each other. */
        int64_t begin = i;
        for (;;) {
            uint64_t small = t[i] < PLANE ? alphabet->small[t[i]] : t[i];
            shape += (class == CLASS_DIGIT ? '0' : small) * powers[++inside & (SHAPE_POWERS - 1)];
            if (class == CLASS_WIDE) {
                if (before == CLASS_WIDE && !add_token(tokens, t[i - 1] * PRIME + t[i])) return 0;
                line->counts[class]++;
            } else if (word.at >= 0) {
                word.length++;
                if (i - word.at < BEGINNING) word.hash += (small + 1) * powers[i - word.at];
            }
            before = class;
            if (++i == n || class == CLASS_WIDE || class_of(alphabet, t[i]) != class) break;
        }
        if (class != CLASS_WIDE) line->counts[class] += i - begin;
    }
    if (!next_word(&word, n, line, tokens)) return 0;
    line->shape = shape;
    sentences += before == CLASS_STOP && t[n - 1] > IDEOGRAPHIC;
    line->token_end = tokens->length;
    line->width = (float)(n + line->counts[CLASS_WIDE]);
    line->words = (float)((double)words + (double)line->counts[CLASS_WIDE] / 2);
    line->capitalised = (float)capitals;
    line->sentences = (float)sentences;
    line->first = class_of(alphabet, t[0]);
    line->last = before;
    for (int64_t back = 2; back <= 3 && (line->last == CLASS_QUOTE || line->last == CLASS_CLOSER); back++)
        line->last = class_of(alphabet, t[n > back ? n - back : 0]);
    line->ellipsis = t[n - 1] == 0x2026 || (t[n - 1] == '.' && t[n > 2 ? n - 2 : 0] == '.');
    line->unstopped = line->last != CLASS_STOP;
    int ends_well = !line->unstopped || (line->last == CLASS_COLON && line->words >= 8);
    float size = (line->width < 300 ? line->width : 300) / 100;
    line->score = (float)(size * (ends_well ? 1.0 : 0.35) - 0.55);
    line->prose = line->score > 0.3f && (!line->unstopped || line->width > 200);
    return 1;
}

/* ------------------------------------------------------------------------------------------ scores

   How well each line goes with each state of the model: the sum of the weights of its features, which are steps and flags
   in the order of `features.py`. Weights are whole numbers, so that the order of the sum does not matter. */

#define ROW 8  /* states, with room for a wide register */

/* A step feature has as many columns as thresholds; its row k is the sum of the weights of the first k. */
typedef struct {
    const double *thresholds;
    const int32_t *starts, *rows;  /* feature -> where its thresholds begin; its rows begin there, and one more a feature */
    int64_t features, at;
    int32_t sums[ROW];
} Scores;

ALWAYS_INLINE void add_row(Scores *scores, int64_t row) {
    const int32_t *__restrict weights = scores->rows + ROW * row;
    int32_t *__restrict sums = scores->sums;
    for (int i = 0; i < ROW; i++) sums[i] += weights[i];
}

static void steps(Scores *scores, double value) {
    int64_t feature = scores->at++, passed = 0;
    if (feature >= scores->features) return;
    for (int32_t i = scores->starts[feature]; i < scores->starts[feature + 1]; i++) passed += value >= scores->thresholds[i];
    if (passed) add_row(scores, scores->starts[feature] + feature + passed);
}

static void flag(Scores *scores, int is) {
    int64_t feature = scores->at++;
    if (is && feature < scores->features) add_row(scores, scores->starts[feature] + feature + 1);
}

/* Sums of the values of the lines before each; shares are kept in whole numbers, so that sums are exact. */
#define SHARE_UNIT 274877906944.0  /* 2 to the 38 */
#define SCORE_UNIT 68719476736.0   /* 2 to the 36 */

typedef struct { int64_t *sums; double unit; } Window;

static float window_mean(const Window *window, int64_t here, int64_t before, int64_t after, int64_t lines) {
    int64_t low = here > before ? here - before : 0, high = here + after + 1 < lines ? here + after + 1 : lines;
    return (float)((double)(window->sums[high] - window->sums[low]) / window->unit / (double)(high - low));
}

/* First line and end of the run with the greatest sum of scores. */
static void best_run(const Line *lines, int64_t count, float penalty, int64_t *from, int64_t *to) {
    uint64_t total = 0;
    int64_t least = 0, least_at = 0, most = INT64_MIN;
    *from = *to = 0;
    for (int64_t i = 0; i < count; i++) {
        if ((int64_t)total < least) { least = (int64_t)total; least_at = i; }
        total += (uint64_t)(int64_t)((double)(lines[i].score - penalty) * SCORE_UNIT);
        if ((int64_t)(total - (uint64_t)least) > most) { most = (int64_t)(total - (uint64_t)least); *from = least_at; *to = i + 1; }
    }
}

enum { WINDOW_PROSE, WINDOW_GLUED, WINDOW_NEAR, WINDOW_NEARER, WINDOWS };


/* The room that documents are judged in, one after the other. */
typedef struct {
    Line *lines;
    Tokens tokens;
    Table shapes, tails, heads, words;
    int64_t *sums;
    Window windows[WINDOWS];
} Desk;

static int clear_desk(Desk *desk, int64_t lines) {
    free(desk->lines);
    free(desk->sums);
    desk->lines = malloc(sizeof(Line) * (size_t)lines);
    desk->sums = malloc(8 * WINDOWS * (size_t)(lines + 1));
    desk->tokens.length = 0;
    for (int i = 0; i < WINDOWS; i++) {
        double unit = i < WINDOW_NEAR ? 1.0 : SHARE_UNIT;
        desk->windows[i] = (Window){desk->sums ? desk->sums + i * (lines + 1) : NULL, unit};
    }
    return desk->lines && desk->sums && empty_for(&desk->shapes, lines) && empty_for(&desk->tails, lines)
        && empty_for(&desk->heads, lines);
}

static uint64_t first_words(const Line *line) { return line->words >= 2 ? line->head : line->shape; }

static void count_repeats(Desk *desk, int64_t lines) {
    for (int64_t i = 0; i < lines; i++) {
        Line *line = &desk->lines[i];
        ++*entry(&desk->shapes, line->shape);
        *entry(&desk->tails, line->tail) += line->unstopped;
        *entry(&desk->heads, first_words(line)) += line->unstopped;
    }
    for (int64_t i = 0; i < lines; i++) {
        Line *line = &desk->lines[i];
        line->repeats = *entry(&desk->shapes, line->shape);
        line->same_tail = line->unstopped && line->words >= 2 ? *entry(&desk->tails, line->tail) : 0;
        line->same_head = line->unstopped ? *entry(&desk->heads, first_words(line)) : 0;
    }
}

static const int64_t reaches[2] = {4, 15};
#define TAKEN_UP 12  /* lines below a headline that take it up */
#define MOST_LINES (INT32_MAX / 8)  /* of a document: a word's last line is kept beside the reaches it is near for */

/* Words that a line shares with the lines near it, each counted once; lines that repeat have no say. */
static int find_kin(Desk *desk, int64_t lines) {
    if (!empty_for(&desk->words, desk->tokens.length)) return 0;
    int64_t token = 0;
    for (int64_t i = 0; i < lines; i++) {
        Line *line = &desk->lines[i];
        for (; token < line->token_end; token++) {
            if (line->repeats > 1) continue;
            int32_t *seen = entry(&desk->words, desk->tokens.tokens[token]), near = 0;
            int64_t last = (*seen >> 2) - 1;
            if (last == i) continue;
            line->own_words++;
            for (int reach = 0; reach < 2 && last >= 0; reach++) {
                if (i - last > reaches[reach]) continue;
                if (!(*seen >> reach & 1)) desk->lines[last].near[reach]++;
                line->near[reach]++;
                near |= 1 << reach;
            }
            if (last >= 0 && i - last <= TAKEN_UP && line->prose) desk->lines[last].taken++;
            *seen = (int32_t)((i + 1) << 2) | near;
        }
    }
    return 1;
}

static float cohesion(const Line *line, int reach) {
    return (float)((double)line->near[reach] / (double)(line->own_words ? line->own_words : 1));
}

static void fill_windows(Desk *desk, int64_t lines) {
    for (int i = 0; i < WINDOWS; i++) desk->windows[i].sums[0] = 0;
    for (int64_t i = 0; i < lines; i++) {
        const Line *line = &desk->lines[i];
        int64_t values[WINDOWS] = {line->prose, line->glued > 0};
        for (int reach = 0; reach < 2; reach++)
            values[WINDOW_NEAR + reach] = line->prose ? (int64_t)((double)cohesion(line, reach) * SHARE_UNIT) : 0;
        for (int w = 0; w < WINDOWS; w++) desk->windows[w].sums[i + 1] = desk->windows[w].sums[i] + values[w];
    }
}

/* How strongly a short line is taken up by the paragraphs below; returns the line that is most, or -1. */
static int64_t find_headline(Desk *desk, int64_t lines) {
    int64_t best = -1;
    for (int64_t i = 0; i < lines; i++) {
        Line *line = &desk->lines[i];
        int may_be = line->unstopped && line->words >= 3 && line->words <= 30 && !line->prose && line->taken >= 2;
        double taken = line->taken;
        line->strength = may_be ? (float)(taken * (taken / (double)(line->own_words ? line->own_words : 1))) : 0;
        if (line->strength > 0 && (best < 0 || line->strength > desk->lines[best].strength)) best = i;
    }
    return best;
}

typedef struct { int64_t lines, headline, from[2], to[2]; } Document;

typedef struct { int kinds; uint32_t with_long; } CueKinds;

static float most(float a, float b) { return a > b ? a : b; }

static void score_own(Scores *s, const Line *m, CueKinds kinds) {
    int64_t letters = m->counts[CLASS_LOWER] + m->counts[CLASS_UPPER] + m->counts[CLASS_CASELESS] + m->counts[CLASS_WIDE];
    int caseless = (m->counts[CLASS_LOWER] + m->counts[CLASS_UPPER]) * 2 < letters && letters > 0;
    int stop = !m->unstopped;
    float words = most(m->words, 1);
    flag(s, 1);
    steps(s, m->width);
    steps(s, m->words);
    flag(s, stop);
    flag(s, m->ellipsis);
    flag(s, m->last == CLASS_COLON);
    flag(s, m->last == CLASS_COMMA);
    flag(s, m->last == CLASS_DIGIT);
    flag(s, m->last == CLASS_SYMBOL);
    steps(s, stop ? m->width : 0);
    steps(s, stop ? 0 : m->width);
    steps(s, m->sentences);
    steps(s, (double)m->counts[CLASS_COMMA]);
    steps(s, (double)m->counts[CLASS_COMMA] / (double)words);
    steps(s, (double)m->counts[CLASS_DIGIT] / (double)most(m->width, 1));
    steps(s, caseless ? 0 : most(m->capitalised - 1, 0) / most(words - 1, 1));
    flag(s, caseless);
    flag(s, m->counts[CLASS_UPPER] >= 3 && !m->counts[CLASS_LOWER]);
    flag(s, !letters);
    steps(s, (double)m->counts[CLASS_QUOTE]);
    steps(s, (double)m->counts[CLASS_SYMBOL]);
    flag(s, m->counts[CLASS_OPENER] > 0);
    flag(s, m->counts[CLASS_CLOSER] > 0 && !stop && m->width < 250);
    flag(s, m->first == CLASS_LOWER);
    flag(s, m->first == CLASS_DIGIT);
    flag(s, m->first == CLASS_QUOTE);
    flag(s, m->first == CLASS_DASH);
    flag(s, m->first == CLASS_SYMBOL);
    flag(s, m->first == CLASS_OPENER);
    for (int kind = 0; kind < kinds.kinds; kind++) {
        int found = m->cues >> kind & 1;
        flag(s, found);
        if (kinds.with_long >> kind & 1) flag(s, found && m->width > 120);
        flag(s, found && m->words <= 4 && !stop);
    }
    steps(s, m->repeats);
    flag(s, m->repeats >= 2 && m->width > 60);
}

static void score_company(Scores *s, const Desk *desk, const Document *document, int64_t i) {
    const Line *lines = desk->lines, *m = &lines[i];
    const Window *windows = desk->windows;
    int64_t n = document->lines;
    steps(s, (double)m->glued);
    flag(s, m->glued > 0 && m->width > 80);
    steps(s, window_mean(&windows[WINDOW_GLUED], i, 5, 5, n));
    steps(s, m->same_tail);
    steps(s, m->same_head);
    steps(s, m->strength);
    float above = 0;
    for (int64_t by = 1; by <= 12; by++) {
        if (i >= by) above = most(above, lines[i - by].strength);
        if (by == 3 || by == 12) steps(s, above);
    }
    steps(s, document->headline < 0 ? -1000 : (double)(i - document->headline));
    for (int reach = 0; reach < 2; reach++) {
        const Window *near = &windows[WINDOW_NEAR + reach];
        float share = cohesion(m, reach);
        steps(s, share);
        steps(s, m->near[reach]);
        steps(s, m->prose ? share : 0);
        steps(s, window_mean(near, i, 4, 4, n));
        steps(s, window_mean(near, i, 0, 10, n));
        steps(s, window_mean(near, i, 10, 0, n));
    }
}

static void score_neighbours(Scores *s, const Line *lines, const Document *document, int64_t i, CueKinds kinds) {
    static const Line none = {.unstopped = 1, .last = CLASS_BREAK, .first = CLASS_BREAK};
    for (int by = -3; by <= 3; by++) {
        if (!by) continue;
        const Line *m = i + by >= 0 && i + by < document->lines ? &lines[i + by] : &none;
        steps(s, m->width);
        flag(s, m->prose);
        flag(s, !m->unstopped);
        if (by == -3 || by == 3) continue;
        flag(s, m->cues != 0);
        flag(s, m->repeats >= 2);
        if (by != -1 && by != 1) continue;
        for (int kind = 0; kind < kinds.kinds; kind++) flag(s, m->cues >> kind & 1);
        flag(s, m->last == CLASS_COLON);
        flag(s, m->first == CLASS_QUOTE);
    }
    const Line *m = &lines[i];
    int is_short = m->width < 90 && !m->prose, above = i > 0 && lines[i - 1].prose;
    int below = i + 1 < document->lines && lines[i + 1].prose;
    flag(s, is_short && above && below);
    flag(s, is_short && above && !below);
    flag(s, m->prose && above && below);
    flag(s, m->prose && !above && !below);
}

static void score_place(Scores *s, const Desk *desk, const Document *document, int64_t i) {
    static const int windows[7][2] = {{3, 3}, {6, 0}, {0, 6}, {15, 0}, {0, 15}, {40, 0}, {0, 40}};
    int64_t n = document->lines;
    steps(s, (double)i);
    steps(s, (double)(n - 1 - i));
    steps(s, (double)i / (double)(n > 1 ? n - 1 : 1));
    steps(s, (double)n);
    for (int w = 0; w < 7; w++) steps(s, window_mean(&desk->windows[WINDOW_PROSE], i, windows[w][0], windows[w][1], n));
    for (int run = 0; run < 2; run++) {
        int64_t from_start = i - document->from[run], from_end = i - (document->to[run] - 1);
        flag(s, from_start >= 0 && from_end <= 0);
        steps(s, (double)from_start);
        steps(s, (double)from_end);
    }
}

static int find_scores(Buffer *in) {
    enum { CODES, STARTS, ENDS, FIRST, CUES, CLASSES_OF, SMALL, POWERS, KINDS, THRESHOLDS, FEATURES, ROWS, OUT };
    const uint32_t *codes = in[CODES].view.buf, *cues = in[CUES].view.buf;
    const int64_t *starts = in[STARTS].view.buf, *ends = in[ENDS].view.buf, *first = in[FIRST].view.buf;
    const int32_t *kinds_given = in[KINDS].view.buf;
    int64_t lines = in[STARTS].view.len / 8, documents = in[FIRST].view.len / 8 - 1;
    Scores scores = {in[THRESHOLDS].view.buf, in[FEATURES].view.buf, in[ROWS].view.buf, in[FEATURES].view.len / 4 - 1, 0, {0}};
    int64_t thresholds = in[THRESHOLDS].view.len / 8;
    if (in[ENDS].view.len != 8 * lines || !spans_fit(starts, ends, lines, in[CODES].view.len / 4)
        || !documents_fit(first, documents, lines) || in[CUES].view.len != 4 * lines || in[CLASSES_OF].view.len != PLANE
        || in[SMALL].view.len != 4 * PLANE || in[POWERS].view.len != 8 * SHAPE_POWERS || in[KINDS].view.len != 8
        || scores.features < 0 || scores.starts[0] != 0 || scores.starts[scores.features] != thresholds
        || in[ROWS].view.len != 4 * ROW * (thresholds + scores.features) || in[OUT].view.len != 4 * ROW * lines)
        return NO_FIT;
    for (int64_t i = 0; i < scores.features; i++) if (scores.starts[i] >= scores.starts[i + 1]) return NO_FIT;
    Alphabet alphabet = {in[CLASSES_OF].view.buf, in[SMALL].view.buf, in[POWERS].view.buf};
    for (int64_t i = 0; i < PLANE; i++) if (alphabet.classes[i] >= CLASSES) return NO_FIT;
    CueKinds kinds = {kinds_given[0], (uint32_t)kinds_given[1]};
    if (kinds.kinds < 0 || kinds.kinds > 31) return NO_FIT;
    int32_t *out = in[OUT].view.buf;
    Desk desk = {0};
    int outcome = DONE;
    for (int64_t d = 0; d < documents && outcome == DONE; d++) {
        int64_t low = first[d], count = first[d + 1] - low;
        if (!count) continue;
        if (count > MOST_LINES) { outcome = NO_FIT; break; }
        if (!clear_desk(&desk, count)) { outcome = NO_MEMORY; break; }
        for (int64_t i = 0; i < count; i++) {
            const uint32_t *text = codes + starts[low + i];
            if (!measure(text, ends[low + i] - starts[low + i], &alphabet, &desk.lines[i], &desk.tokens)) { outcome = NO_MEMORY; break; }
            if (desk.lines[i].width <= LONGEST_WITH_CUES) desk.lines[i].cues = cues[low + i];
        }
        if (outcome != DONE) break;
        count_repeats(&desk, count);
        if (!find_kin(&desk, count)) { outcome = NO_MEMORY; break; }
        fill_windows(&desk, count);
        Document document = {count, find_headline(&desk, count), {0}, {0}};
        best_run(desk.lines, count, 0.0f, &document.from[0], &document.to[0]);
        best_run(desk.lines, count, 0.35f, &document.from[1], &document.to[1]);
        for (int64_t i = 0; i < count; i++) {
            memset(scores.sums, 0, sizeof scores.sums);
            scores.at = 0;
            score_own(&scores, &desk.lines[i], kinds);
            score_company(&scores, &desk, &document, i);
            score_neighbours(&scores, desk.lines, &document, i, kinds);
            score_place(&scores, &desk, &document, i);
            memcpy(out + ROW * (low + i), scores.sums, sizeof scores.sums);
        }
        if (scores.at != scores.features) outcome = NO_FIT;
    }
    free(desk.lines);
    free(desk.sums);
    free(desk.tokens.tokens);
    drop(&desk.shapes), drop(&desk.tails), drop(&desk.heads), drop(&desk.words);
    return outcome;
}

static PyObject *kernel_scores(PyObject *self, PyObject *args) {
    (void)self;
    Buffer in[13] = {0};
    int outcome;
    if (!take_all(args, in, 13, 12)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    outcome = find_scores(in);
    Py_END_ALLOW_THREADS
    return result(outcome, in, 13);
}

/* ------------------------------------------------------------------------------------------ chain

   Probabilities of the states of each line: `model.py`. */

#define STATES 6

static double sum_of(const double *values) {
    double sum = values[0];
    for (int i = 1; i < STATES; i++) sum += values[i];
    return sum;
}

/* values times a matrix, from row to column; the other way round where `by` is 1. */
ALWAYS_INLINE void through(const double *values, const double *step, int row, int by, double *to) {
    for (int j = 0; j < STATES; j++) to[j] = values[0] * step[j * by];
    for (int i = 1; i < STATES; i++)
        for (int j = 0; j < STATES; j++) to[j] += values[i] * step[i * row + j * by];
}

static int find_marginals(Buffer *in) {
    enum { SEEN, STEP, BEGIN, FINISH, FIRST, OUT };
    const double *seen = in[SEEN].view.buf, *step = in[STEP].view.buf, *begin = in[BEGIN].view.buf, *finish = in[FINISH].view.buf;
    const int64_t *first = in[FIRST].view.buf;
    double *out = in[OUT].view.buf;
    int64_t lines = in[SEEN].view.len / (8 * STATES), documents = in[FIRST].view.len / 8 - 1, room = 0;
    if (in[STEP].view.len != 8 * STATES * STATES || in[BEGIN].view.len != 8 * STATES || in[FINISH].view.len != 8 * STATES
        || in[OUT].view.len != in[SEEN].view.len || !documents_fit(first, documents, lines))
        return NO_FIT;
    for (int64_t d = 0; d < documents; d++) if (first[d + 1] - first[d] > room) room = first[d + 1] - first[d];
    double *scale = malloc(8 * (size_t)(room + 1));
    if (!scale) return NO_MEMORY;
    for (int64_t d = 0; d < documents; d++) {
        int64_t low = first[d], count = first[d + 1] - low;
        if (!count) continue;
        double *alpha = out + STATES * low, now[STATES], later[STATES];
        const double *s = seen + STATES * low;
        for (int64_t i = 0; i < count; i++, alpha += STATES) {
            if (i) through(alpha - STATES, step, STATES, 1, now); else memcpy(now, begin, sizeof now);
            for (int j = 0; j < STATES; j++) now[j] *= s[STATES * i + j];
            scale[i] = sum_of(now);
            for (int j = 0; j < STATES; j++) alpha[j] = now[j] / scale[i];
        }
        alpha -= STATES;
        for (int j = 0; j < STATES; j++) now[j] = alpha[j] * finish[j];
        double ended = sum_of(now);
        for (int j = 0; j < STATES; j++) later[j] = finish[j] / ended;
        for (int64_t i = count - 1; ; i--, alpha -= STATES) {
            for (int j = 0; j < STATES; j++) alpha[j] *= later[j];
            if (!i) break;
            for (int j = 0; j < STATES; j++) now[j] = later[j] * s[STATES * i + j] / scale[i];
            through(now, step, 1, STATES, later);
        }
    }
    free(scale);
    return DONE;
}

static PyObject *kernel_marginals(PyObject *self, PyObject *args) {
    (void)self;
    Buffer in[6] = {0};
    int outcome;
    if (!take_all(args, in, 6, 5)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    outcome = find_marginals(in);
    Py_END_ALLOW_THREADS
    return result(outcome, in, 6);
}

/* ------------------------------------------------------------------------------------------ headlines

   Of the blocks right above a story, the one that shares most telling words with its first: `reasons.py`. */

#define NEAR_STORY 12
#define LEAD 6
#define LEAST_HEADLINE_SHARE 0.34
#define LEAST_TITLE_WORDS 3
#define MOST_TITLE_WORDS 40

static int add_word(const uint32_t *word, int64_t length, const uint32_t *bits, const uint64_t *factors, Tokens *tokens) {
    if (word[0] < FIRST_UNSPACED && length < TELLING) return 1;
    int digits = 1;
    for (int64_t i = 0; i < length; i++) digits &= (bits_of(bits, word[i]) & DIGIT) != 0;
    if (word[0] >= FIRST_UNSPACED && !digits) {
        for (int64_t i = 0; i + 1 < length; i++)
            if (!add_token(tokens, mixed((uint64_t)word[i] << 32 | word[i + 1]))) return 0;
        return 1;
    }
    uint64_t key = 0;
    for (int64_t i = 0; i < length; i++) key += placed(factors, word[i], (uint64_t)i);
    return length < TELLING || add_token(tokens, key);
}

/* Add the longer words of a block; of scripts without spaces the pairs of characters. */
static int telling_words(const uint32_t *t, int64_t n, const uint32_t *bits, const Fold *folds, Scratch *scratch, Tokens *tokens) {
    if (!make_room(scratch, 3 * n)) return 0;
    uint32_t *folded = scratch->codes;
    int64_t count = 0, begin = -1;
    for (int64_t i = 0; i < n; i++) count += fold(folds, t[i], folded + count);
    for (int64_t i = 0; i <= count; i++) {
        int inside = i < count && bits_of(bits, folded[i]) & WORD;
        if (inside && begin < 0) begin = i;
        if (inside || begin < 0) continue;
        if (!add_word(folded + begin, i - begin, bits, folds->factors, tokens)) return 0;
        begin = -1;
    }
    return 1;
}

static int find_headlines(Buffer *in) {
    enum { CODES, STARTS, ENDS, FIRST, BITS, FOLDS, MORE, FACTORS_OF, SIGNS, WORDS, STORIES, OUT };
    const uint32_t *codes = in[CODES].view.buf, *signs = in[SIGNS].view.buf;
    const int64_t *starts = in[STARTS].view.buf, *ends = in[ENDS].view.buf, *first = in[FIRST].view.buf;
    const int32_t *words = in[WORDS].view.buf;
    const int64_t *stories = in[STORIES].view.buf;
    const uint32_t *bits = in[BITS].view.buf;
    Fold folds = {in[FOLDS].view.buf, in[MORE].view.buf, in[MORE].view.len / 4, in[FACTORS_OF].view.buf};
    int64_t *out = in[OUT].view.buf;
    int64_t lines = in[STARTS].view.len / 8, documents = in[FIRST].view.len / 8 - 1;
    if (in[ENDS].view.len != 8 * lines || !spans_fit(starts, ends, lines, in[CODES].view.len / 4)
        || !documents_fit(first, documents, lines) || in[BITS].view.len != 4 * PLANE || in[FOLDS].view.len != 4 * PLANE
        || in[FACTORS_OF].view.len != 8 * FACTORS || in[SIGNS].view.len != 4 * lines || in[WORDS].view.len != 4 * lines || in[STORIES].view.len != 8 * documents
        || in[OUT].view.len != 8 * documents)
        return NO_FIT;
    Scratch scratch = {0};
    Tokens tokens = {0};
    Table lead = {0}, own = {0};
    int outcome = DONE;
    for (int64_t d = 0; d < documents && outcome == DONE; d++) {
        int64_t low = first[d], high = first[d + 1], story = stories[d];
        out[d] = -1;
        if (story <= low || story >= high) continue;
        int64_t from = story - low > NEAR_STORY ? story - NEAR_STORY : low, to = high - story > LEAD ? story + LEAD : high;
        tokens.length = 0;
        for (int64_t i = story; i < to && outcome == DONE; i++)
            if (!telling_words(codes + starts[i], ends[i] - starts[i], bits, &folds, &scratch, &tokens)) outcome = NO_MEMORY;
        if (outcome != DONE || !empty_for(&lead, tokens.length)) { outcome = NO_MEMORY; break; }
        for (int64_t k = 0; k < tokens.length; k++) *entry(&lead, tokens.tokens[k]) = 1;
        double best = LEAST_HEADLINE_SHARE;
        for (int64_t i = from; i < story && outcome == DONE; i++) {
            if (words[i] < LEAST_TITLE_WORDS || words[i] > MOST_TITLE_WORDS || signs[i] & ENDS_SENTENCE) continue;
            tokens.length = 0;
            if (!telling_words(codes + starts[i], ends[i] - starts[i], bits, &folds, &scratch, &tokens)
                || !empty_for(&own, tokens.length)) { outcome = NO_MEMORY; break; }
            int64_t all = 0, shared = 0;
            for (int64_t k = 0; k < tokens.length; k++) {
                int32_t *seen = entry(&own, tokens.tokens[k]);
                if ((*seen)++) continue;
                all++;
                shared += lead.slots[slot_of(lead.slots, lead.mask, as_key(tokens.tokens[k]))] != 0;
            }
            if (all && (double)shared / (double)all > best) { best = (double)shared / (double)all; out[d] = i; }
        }
    }
    free(scratch.codes);
    free(tokens.tokens);
    drop(&lead), drop(&own);
    return outcome;
}

static PyObject *kernel_headlines(PyObject *self, PyObject *args) {
    (void)self;
    Buffer in[12] = {0};
    int outcome;
    if (!take_all(args, in, 12, 11)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    outcome = find_headlines(in);
    Py_END_ALLOW_THREADS
    return result(outcome, in, 12);
}

static PyMethodDef methods[] = {
    {"lines", kernel_lines, METH_VARARGS, "Where the lines of texts lie, what may call for repair, and the keys of their shapes."},
    {"count", kernel_count, METH_VARARGS, "Count on how many stories keys stand."},
    {"regrow", kernel_regrow, METH_VARARGS, "Move a table of keys into a larger one."},
    {"counts", kernel_counts, METH_VARARGS, "On how many stories keys stand."},
    {"traits", kernel_traits, METH_VARARGS, "What the rules ask about blocks."},
    {"scores", kernel_scores, METH_VARARGS, "How well lines go with the states of the model."},
    {"marginals", kernel_marginals, METH_VARARGS, "Probabilities of the states of lines."},
    {"headlines", kernel_headlines, METH_VARARGS, "Which blocks are the headlines of stories."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Inner loops of the boilerplate cut.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    PyObject *m = PyModule_Create(&module);
    if (m && PyModule_AddIntConstant(m, "INTERFACE", INTERFACE) < 0) { Py_DECREF(m); return NULL; }
    return m;
}
