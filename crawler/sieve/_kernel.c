/* The inner loop of the sieve: which words of a vocabulary a page's bytes hold.

   Bytes in, counts out; every function has a twin in Python (`words.py`), which is the definition.
*/
#include "../../dedupe/_kernel.h"

#define INTERFACE 1  /* one more whenever what a function takes or gives changes; `words.py` has the same */

#define PLANE 65536  /* code points in the table; those beyond part words */

/* What a character is folded to, as in `words.py`: 0 parts words, these two are no characters of words. */
enum { BREAK = 0, SKIPPED = 0xFFFF, DOTTED_I = 0xFFFE };
enum { SINGLE = 1 << 16, LONE = 1 << 17 };  /* above that: of a script without spaces; and no letter within a word */
enum { UNCLOSED = 1 << 16 };  /* above an entity's character: it is one without a semicolon too */

#define MIX 0x9E3779B97F4A7C15u  /* an odd number whose bits are mixed well */
#define LEAST_NAME 2     /* characters of an entity's name, and of one that needs no semicolon */
#define MOST_NAME 32
#define MOST_UNCLOSED 6

typedef struct { const uint64_t *hashes; const uint32_t *values; int64_t mask; } Table;  /* hash, or 0, at the first free place */

typedef struct {
    const uint32_t *folds;
    Table entities, pieces;
    int32_t *counts;
    uint8_t *capitals;
    uint32_t single;  /* the last character of a script without spaces; 0: none yet */
} Reading;

ALWAYS_INLINE uint64_t hash_with(uint64_t hash, uint32_t unit) { return (hash + unit) * MIX; }

/* Where in a table a hash stands; -1: nowhere. */
ALWAYS_INLINE int64_t place_of(const Table *table, uint64_t hash) {
    if (!hash) hash = 1;
    for (int64_t place = (int64_t)(hash >> 32) & table->mask; table->hashes[place]; place = (place + 1) & table->mask)
        if (table->hashes[place] == hash) return place;
    return -1;
}

ALWAYS_INLINE void add_piece(Reading *to, uint64_t hash, int is_capital) {
    int64_t place = place_of(&to->pieces, hash);
    if (place < 0) return;
    to->counts[to->pieces.values[place]]++;
    to->capitals[to->pieces.values[place]] |= (uint8_t)is_capital;
}

/* ------------------------------------------------------------------------------------------ characters */

ALWAYS_INLINE int is_digit(uint8_t byte) { return byte >= '0' && byte <= '9'; }
ALWAYS_INLINE int is_letter(uint8_t byte) { return (uint8_t)((byte | 0x20) - 'a') < 26; }
ALWAYS_INLINE int hex_value(uint8_t byte) {
    return is_digit(byte) ? byte - '0' : (uint8_t)((byte | 0x20) - 'a') < 6 ? (byte | 0x20) - 'a' + 10 : -1;
}

/* One character of UTF-8 that is valid, and its bytes. */
ALWAYS_INLINE uint32_t character(const uint8_t *at, int64_t *size) {
    if (at[0] < 0x80) { *size = 1; return at[0]; }
    if (at[0] < 0xE0) { *size = 2; return (at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu); }
    if (at[0] < 0xF0) { *size = 3; return (at[0] & 0x0Fu) << 12 | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu); }
    *size = 4;
    return PLANE;
}

/* What windows-1252 has where a number names a control character, as browsers read it. */
static const uint16_t windows[32] = {
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D, 0x017D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D, 0x017E, 0x0178};

/* The character that an entity names, which begins at a `&`, and its bytes; where there is none, `&` parts words. */
static uint32_t entity(const Reading *from, const uint8_t *at, const uint8_t *end, int64_t *size) {
    const uint8_t *p = at + 1;
    if (end - p >= 4 && !memcmp(p, "amp;", 4)) p += 4;
    *size = p - at;
    if (p < end && *p == '#') {
        uint32_t code = 0;
        int is_hex = end - p > 1 && (p[1] | 0x20) == 'x', digits = 0;
        for (p += 1 + is_hex; p < end && digits < 7 && (is_hex ? hex_value(*p) >= 0 : is_digit(*p)); p++, digits++)
            code = is_hex ? code * 16 + (uint32_t)hex_value(*p) : code * 10 + (uint32_t)(*p - '0');
        if (!digits) return 0;
        *size = p + (p < end && *p == ';') - at;
        return code >= 0x80 && code < 0xA0 ? windows[code - 0x80] : code;
    }
    uint64_t hash = 0, prefixes[MOST_UNCLOSED + 1];
    int length = 0;
    while (p + length < end && length < MOST_NAME && (is_letter(p[length]) || is_digit(p[length]))) {
        hash = hash_with(hash, p[length++]);
        if (length <= MOST_UNCLOSED) prefixes[length] = hash;
    }
    if (p + length < end && p[length] == ';' && length >= LEAST_NAME) {
        int64_t place = place_of(&from->entities, hash);
        if (place >= 0) { *size = p + length + 1 - at; return from->entities.values[place] & 0xFFFF; }
    }
    for (length = length < MOST_UNCLOSED ? length : MOST_UNCLOSED; length >= LEAST_NAME; length--) {
        int64_t place = place_of(&from->entities, prefixes[length]);
        if (place < 0 || !(from->entities.values[place] & UNCLOSED)) continue;
        *size = p + length - at;
        return from->entities.values[place] & 0xFFFF;
    }
    return 0;
}

/* Count the words of a text without markup. */
static void read_text(Reading *to, const uint8_t *at, const uint8_t *end) {
    uint64_t hash = 0;
    int is_word = 0, is_capital = 0;
    while (at < end) {
        int64_t size = 1;
        uint32_t code = *at;
        if (code == '&') code = entity(to, at, end, &size);
        else if (code >= 0x80) code = character(at, &size);
        at += size;
        uint32_t fold = code < PLANE ? to->folds[code] : BREAK, unit = fold & 0xFFFF;
        if (unit == SKIPPED) continue;
        if (unit == BREAK) {
            if (is_word) add_piece(to, hash, is_capital);
            is_word = 0;
            continue;
        }
        if (fold & SINGLE) {
            add_piece(to, hash_with(0, unit), 0);
            if (to->single) add_piece(to, hash_with(hash_with(0, to->single), unit), 0);
            to->single = unit;
            if (fold & LONE && is_word) { add_piece(to, hash, is_capital); is_word = 0; }
            if (!is_word) continue;
        }
        if (!is_word) { hash = 0; is_word = 1; is_capital = 0; }
        hash = hash_with(hash, unit == DOTTED_I ? 'i' : unit);
        is_capital |= unit != code;
        if (unit == DOTTED_I) { add_piece(to, hash, 1); is_word = 0; }
    }
    if (is_word) add_piece(to, hash, is_capital);
}

/* ------------------------------------------------------------------------------------------ markup */

ALWAYS_INLINE const uint8_t *find(const uint8_t *at, const uint8_t *end, uint8_t byte) {
    const uint8_t *found = at < end ? memchr(at, byte, (size_t)(end - at)) : NULL;
    return found ? found : end;
}

/* Whether bytes begin with a word in lower case, in whatever case they are. */
ALWAYS_INLINE int begins(const uint8_t *at, const uint8_t *end, const char *word, int64_t size) {
    if (end - at < size) return 0;
    for (int64_t i = 0; i < size; i++) {
        uint8_t byte = at[i];
        if ((byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte) != (uint8_t)word[i]) return 0;
    }
    return 1;
}

/* Where the next tag begins or this one ends, whichever comes first. */
static const uint8_t *tag_end(const uint8_t *at, const uint8_t *end) {
#if defined(__SSE2__) || defined(_M_X64)
    const __m128i open = _mm_set1_epi8('<'), close = _mm_set1_epi8('>');
    for (; end - at >= 16; at += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)at);
        if (_mm_movemask_epi8(_mm_or_si128(_mm_cmpeq_epi8(bytes, open), _mm_cmpeq_epi8(bytes, close)))) break;
    }
#endif
    while (at < end && *at != '<' && *at != '>') at++;
    return at;
}

/* Behind a `<`: whether it begins a tag. */
ALWAYS_INLINE int opens(const uint8_t *at, const uint8_t *end, int is_json) {
    if (at == end) return 0;
    return is_letter(*at) || *at == '/' || *at == '?' || (*at == '!' && !is_json);
}

/* Go on behind a `<` that begins a tag: the text behind it, or all of a meta tag. */
ALWAYS_INLINE const uint8_t *behind_tag(const uint8_t *at, const uint8_t *end) {
    if (begins(at, end, "meta", 4)) return at;
    at = tag_end(at, end);
    return at < end && *at == '>' ? at + 1 : at;
}

/* What JSON holds, its escapes resolved; `to` has room for as much. */
static int64_t unescape(const uint8_t *at, const uint8_t *end, uint8_t *to) {
    const uint8_t *begin = to;
    while (at < end) {
        const uint8_t *escape = find(at, end, '\\');
        memcpy(to, at, (size_t)(escape - at));
        to += escape - at;
        at = escape;
        if (at == end) break;
        uint8_t kind = end - at > 1 ? at[1] : 0;
        uint32_t code = 0;
        int is_code = kind == 'u' && end - at >= 6;
        for (int i = 2; is_code && i < 6; i++) {
            is_code = hex_value(at[i]) >= 0;
            code = code * 16 + (uint32_t)hex_value(at[i]);
        }
        if (is_code) {
            at += 6;
            if (code < 0x80) {
                *to++ = (uint8_t)code;
            } else if (code < 0x800) {
                *to++ = (uint8_t)(0xC0 | code >> 6);
                *to++ = (uint8_t)(0x80 | (code & 0x3F));
            } else if (code >= 0xD800 && code < 0xE000) {
                *to++ = ' ';
            } else {
                *to++ = (uint8_t)(0xE0 | code >> 12);
                *to++ = (uint8_t)(0x80 | (code >> 6 & 0x3F));
                *to++ = (uint8_t)(0x80 | (code & 0x3F));
            }
        } else if (kind && strchr("nrtbf", kind)) {
            *to++ = ' ';
            at += 2;
        } else {
            *to++ = *at++;
        }
    }
    return to - begin;
}

/* Count the words of the JSON in a script; 0: no memory. */
static int read_json(Reading *to, const uint8_t *at, const uint8_t *end) {
    uint8_t *memory = malloc((size_t)(end - at) + 1);
    if (!memory) return 0;
    const uint8_t *stop = memory + unescape(at, end, memory);
    for (at = memory; at < stop;) {
        const uint8_t *open = find(at, stop, '<');
        read_text(to, at, open);
        if (open == stop) break;
        at = open + 1;
        if (opens(at, stop, 1)) at = behind_tag(at, stop);
    }
    free(memory);
    return 1;
}

/* Where a comment ends whose `<` stands before `at`, for whoever reads it most narrowly; NULL: nowhere. */
static const uint8_t *behind_comment(const uint8_t *at, const uint8_t *end) {
    for (const uint8_t *p = at + 1; end - p >= 3; p++) {
        p = find(p, end, '-');
        if (end - p >= 3 && p[1] == '-' && p[2] == '>') return p + 3;
        if (end - p >= 4 && p[1] == '-' && p[2] == '!' && p[3] == '>') return p + 4;
    }
    return NULL;
}

/* The `</script` or `</style` behind a tag that opens one; the end, if there is none. */
static const uint8_t *mute_end(const uint8_t *at, const uint8_t *end, const char *name, int64_t size) {
    for (at = find(at, end, '<'); at < end; at = find(at + 1, end, '<'))
        if (end - at >= 2 + size && at[1] == '/' && begins(at + 2, end, name, size)) return at;
    return end;
}

/* Whether a tag's attributes say that it holds statements. */
static int says_json(const uint8_t *at, const uint8_t *end) {
    for (at = find(at, end, '+'); at < end; at = find(at + 1, end, '+'))
        if (at[-1] == 'd' || at[-1] == 'D')
            if ((at[-2] == 'l' || at[-2] == 'L') && begins(at + 1, end, "json", 4)) return 1;
    return 0;
}

/* Count the words of a page; 0: no memory. */
static int read_page(Reading *to, const uint8_t *at, const uint8_t *end) {
    int may_close = 1;  /* a comment: where one does not, none behind it does */
    while (at < end) {
        const uint8_t *open = find(at, end, '<');
        read_text(to, at, open);
        if (open == end) break;
        at = open + 1;
        if (!opens(at, end, 0)) continue;
        if (may_close && end - at >= 3 && !memcmp(at, "!--", 3)) {
            const uint8_t *behind = behind_comment(at, end);
            if (behind) { at = behind; continue; }
            may_close = 0;
        }
        int is_script = begins(at, end, "script", 6), is_style = !is_script && begins(at, end, "style", 5);
        const uint8_t *behind = at + (is_script ? 6 : 5);
        if ((is_script || is_style) && (behind == end || !(is_letter(*behind) || is_digit(*behind) || *behind == '_'))) {
            at = is_script ? mute_end(behind, end, "script", 6) : mute_end(behind, end, "style", 5);
            const uint8_t *close = find(behind, at, '>');
            if (close < at && says_json(behind, close) && !read_json(to, close + 1, at)) return 0;
            continue;
        }
        at = behind_tag(at, end);
    }
    return 1;
}

static PyObject *kernel_read(PyObject *self, PyObject *args) {
    (void)self;
    enum { PAGE, FOLDS, ENTITIES, CHARACTERS, PIECES, NUMBERS, COUNTS, CAPITALS, GIVEN };
    PyObject *o[GIVEN];
    Buffer b[GIVEN] = {0};
    if (!PyArg_ParseTuple(args, "OOOOOOOO", &o[PAGE], &o[FOLDS], &o[ENTITIES], &o[CHARACTERS], &o[PIECES], &o[NUMBERS],
                          &o[COUNTS], &o[CAPITALS])) return NULL;
    for (int i = 0; i < GIVEN; i++)
        if (!take(o[i], &b[i], i >= COUNTS)) { give_back(b, GIVEN); return NULL; }
    int64_t names = b[ENTITIES].view.len / 8, places = b[PIECES].view.len / 8, pieces = b[CAPITALS].view.len;
    int fits = b[FOLDS].view.len == 4 * PLANE && names && !(names & (names - 1)) && b[CHARACTERS].view.len == 4 * names
        && places && !(places & (places - 1)) && b[NUMBERS].view.len == 4 * places && b[COUNTS].view.len == 4 * pieces;
    const uint32_t *numbers = b[NUMBERS].view.buf;
    for (int64_t i = 0; fits && i < places; i++) fits = numbers[i] < pieces || !((const uint64_t *)b[PIECES].view.buf)[i];
    int is_read = 0;
    if (fits) {
        Reading reading = {b[FOLDS].view.buf, {b[ENTITIES].view.buf, b[CHARACTERS].view.buf, names - 1},
                           {b[PIECES].view.buf, numbers, places - 1}, b[COUNTS].view.buf, b[CAPITALS].view.buf, 0};
        const uint8_t *page = b[PAGE].view.buf;
        Py_BEGIN_ALLOW_THREADS
        is_read = read_page(&reading, page, page + b[PAGE].view.len);
        Py_END_ALLOW_THREADS
    }
    give_back(b, GIVEN);
    if (is_read) Py_RETURN_NONE;
    if (fits) return PyErr_NoMemory();
    PyErr_SetString(PyExc_ValueError, "the tables of a vocabulary do not fit each other");
    return NULL;
}

/* ------------------------------------------------------------------------------------------ UTF-8 */

/* Whether bytes are UTF-8 (RFC 3629): no surrogates, nothing longer than need be. */
static int is_utf8(const uint8_t *at, const uint8_t *end) {
    while (at < end) {
#if defined(__SSE2__) || defined(_M_X64)
        if (end - at >= 16 && !_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)at))) { at += 16; continue; }
#endif
        uint8_t first = *at++;
        if (first < 0x80) continue;
        int more = first >= 0xC2 && first < 0xE0 ? 1 : first >= 0xE0 && first < 0xF0 ? 2 : first >= 0xF0 && first < 0xF5 ? 3 : 0;
        if (!more || end - at < more) return 0;
        uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80, most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
        if (*at < least || *at > most) return 0;
        for (int i = 1; i < more; i++) if ((at[i] & 0xC0) != 0x80) return 0;
        at += more;
    }
    return 1;
}

static PyObject *kernel_is_utf8(PyObject *self, PyObject *page) {
    (void)self;
    Buffer b = {0};
    if (!take(page, &b, 0)) return NULL;
    const uint8_t *at = b.view.buf;
    int valid = is_utf8(at, at + b.view.len);
    give_back(&b, 1);
    return PyBool_FromLong(valid);
}

static PyMethodDef methods[] = {
    {"read", kernel_read, METH_VARARGS, "How often each piece of a vocabulary stands in a page."},
    {"is_utf8", kernel_is_utf8, METH_O, "Whether bytes are UTF-8."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Inner loops of the sieve.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    PyObject *m = PyModule_Create(&module);
    if (m && PyModule_AddIntConstant(m, "INTERFACE", INTERFACE) < 0) { Py_DECREF(m); return NULL; }
    return m;
}
