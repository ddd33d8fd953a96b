/* The inner loops of the checks: a text -> where some pieces stand in it.

   Numbers in, numbers out; every function has a twin in numpy and Python (`sought.py`), which is the definition.
*/
#include "../_kernel.h"

#define INTERFACE 1  /* one more whenever what a function takes or gives changes; `dedupe/kernels.py` has the same */

/* ------------------------------------------------------------------------------------------ pieces

   Where some pieces of text stand in a text, all in one pass. Characters are numbers by a table, 0 those of no piece. */

#define PIECE_BITS 15  /* of a key's hash */
#define KEY_LENGTHS 3  /* of 1, 3 and KEY characters */
#define KEY 5
static const uint32_t key_mix[KEY] = {0x9E3779B1u, 0x85EBCA77u, 0xC2B2AE3Du, 0x27D4EB2Fu, 0x165667B1u};

typedef struct {
    const uint16_t *heads, *next, *numbers;  /* piece + 1, or 0; of a key's hash, and of the piece before it */
    const int32_t *starts;                   /* piece -> where its numbers begin */
} Pieces;

typedef struct { int32_t *places, *which; int64_t room, found; } Found;

/* The pieces whose key has a hash, at a place of a text. */
static void note_pieces(const Pieces *pieces, uint16_t piece, const uint16_t *text, int64_t place, int64_t length, Found *to) {
    for (; piece; piece = pieces->next[piece - 1]) {
        int32_t start = pieces->starts[piece - 1], size = pieces->starts[piece] - start;
        if (place + size > length || memcmp(text + place, pieces->numbers + start, 2 * (size_t)size)) continue;
        if (to->found < to->room) { to->places[to->found] = (int32_t)place; to->which[to->found] = piece - 1; }
        to->found++;
    }
}

/* `text` has KEY - 1 zeros behind its end: a key that goes beyond it is none, as no piece holds a 0. */
static void find_pieces(const uint16_t *text, int64_t length, const Pieces *pieces, Found *to) {
    const uint16_t *one = pieces->heads, *three = one + (1 << PIECE_BITS), *five = three + (1 << PIECE_BITS);
    for (int64_t i = 0; i < length; i++) {
        const uint16_t *t = text + i;
        if (!t[0]) continue;
        uint32_t hash = t[0] * key_mix[0], piece;
        if ((piece = one[hash >> (32 - PIECE_BITS)])) note_pieces(pieces, (uint16_t)piece, text, i, length, to);
        hash += t[1] * key_mix[1] + t[2] * key_mix[2];
        if ((piece = three[hash >> (32 - PIECE_BITS)])) note_pieces(pieces, (uint16_t)piece, text, i, length, to);
        hash += t[3] * key_mix[3] + t[4] * key_mix[4];
        if ((piece = five[hash >> (32 - PIECE_BITS)])) note_pieces(pieces, (uint16_t)piece, text, i, length, to);
    }
}

static PyObject *kernel_pieces(PyObject *self, PyObject *args) {
    (void)self;
    enum { CODES, TABLE, HEADS, NEXT, STARTS, NUMBERS, PLACES, WHICH, ALL };
    PyObject *objects[ALL];
    Buffer buffers[ALL] = {0};
    if (!PyArg_ParseTuple(args, "OOOOOOOO", &objects[CODES], &objects[TABLE], &objects[HEADS], &objects[NEXT], &objects[STARTS],
                          &objects[NUMBERS], &objects[PLACES], &objects[WHICH]))
        return NULL;
    for (int i = 0; i < ALL; i++)
        if (!take(objects[i], &buffers[i], i >= PLACES)) { give_back(buffers, ALL); return NULL; }
    int64_t length = buffers[CODES].view.len / 4, count = buffers[NEXT].view.len / 2, room = buffers[PLACES].view.len / 4;
    const int32_t *starts = buffers[STARTS].view.buf;
    int fits = buffers[TABLE].view.len == 2 << 16 && buffers[HEADS].view.len == (2 * KEY_LENGTHS) << PIECE_BITS
        && buffers[STARTS].view.len == 4 * (count + 1) && buffers[NUMBERS].view.len >= 2 * starts[count]
        && buffers[WHICH].view.len >= 4 * room && length < INT32_MAX;
    uint16_t *text = fits ? calloc((size_t)length + KEY, 2) : NULL;
    if (!text) {
        give_back(buffers, ALL);
        if (fits) return PyErr_NoMemory();
        PyErr_SetString(PyExc_ValueError, "the tables of the pieces do not fit each other");
        return NULL;
    }
    Found found = {buffers[PLACES].view.buf, buffers[WHICH].view.buf, room, 0};
    Py_BEGIN_ALLOW_THREADS
    const uint32_t *codes = buffers[CODES].view.buf;
    const uint16_t *table = buffers[TABLE].view.buf;
    for (int64_t i = 0; i < length; i++) text[i] = codes[i] < 1 << 16 ? table[codes[i]] : 0;
    Pieces pieces = {buffers[HEADS].view.buf, buffers[NEXT].view.buf, buffers[NUMBERS].view.buf, starts};
    find_pieces(text, length, &pieces, &found);
    Py_END_ALLOW_THREADS
    free(text);
    give_back(buffers, ALL);
    return PyLong_FromLongLong(found.found);
}

static PyMethodDef methods[] = {
    {"pieces", kernel_pieces, METH_VARARGS, "Where pieces of text stand in a text."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_kernel", "Inner loops of the checks.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernel(void) {
    PyObject *m = PyModule_Create(&module);
    if (m && PyModule_AddIntConstant(m, "INTERFACE", INTERFACE) < 0) { Py_DECREF(m); return NULL; }
    return m;
}
