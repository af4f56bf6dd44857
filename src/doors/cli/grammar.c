#include "doors/cli/grammar.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

#define ELEMENTS_MAX 12 /* of one pattern */

enum who { ANYBODY, ROOT };

static const struct {
	enum who who;
	const char *pattern;
	const char *help;
} sentences[] = {
#define SENTENCE(name, who, pattern, help) {who, pattern, help},
#include "doors/cli/sentences.def"
#undef SENTENCE
};

#define SLOT_TEXT(name, text) [name] = text,
static const char *const slots[] = {SLOT_LIST(SLOT_TEXT)};
#undef SLOT_TEXT

/* ---- patterns ---- */

/* One piece of a pattern; text points into it. */
struct element {
	const char *text;
	size_t length;
	bool optional;
	bool literal;	/* stands for itself */
	bool option;	/* starts with -- */
	bool has_value; /* an option that a value follows */
	enum slot slot; /* SLOT_COUNT: a sentence's own word */
};

static enum slot
slot_of(const char *text, size_t length)
{
	for (int s = 0; s < SLOT_COUNT; s++)
		if (strlen(slots[s]) == length &&
		    memcmp(slots[s], text, length) == 0)
			return (enum slot)s;
	return SLOT_COUNT;
}

/* Reads the element that *at begins with, and moves *at behind it. */
static void
read_element(struct element *e, const char **at)
{
	const char *s = *at;

	memset(e, 0, sizeof *e);
	e->optional = *s == '[';
	s += e->optional;
	e->text = s;
	e->length = strcspn(s, " ]");
	e->option = text_starts(s, "--");
	e->literal = !isupper((unsigned char)*s);
	e->slot = slot_of(e->text, e->length);
	s += e->length;
	e->has_value = e->option && *s == ' ' && isupper((unsigned char)s[1]);
	if (e->has_value)
		s += 1 + strcspn(s + 1, " ]");
	s += strspn(s, " ]");
	*at = s;
}

static size_t
read_pattern(const char *pattern, struct element elements[ELEMENTS_MAX])
{
	size_t count = 0;

	while (*pattern != '\0' && count < ELEMENTS_MAX)
		read_element(&elements[count++], &pattern);
	return count;
}

/* ---- fitting words to a pattern ---- */

struct fitting {
	const char *const *words;
	size_t count;
	struct element elements[ELEMENTS_MAX];
	size_t element_count;
	const char *text[SLOT_COUNT];
	size_t furthest; /* words that fitted, at the best try */
	size_t reserved; /* words at the begin that fill no place */
};

static bool fit(struct fitting *f, size_t e, size_t w);

/* Keeps text in the element's slot while the words from w on are tried. */
static bool
fit_rest(struct fitting *f, const struct element *el, const char *text,
    size_t e, size_t w)
{
	if (el->slot == SLOT_COUNT)
		return fit(f, e, w);
	f->text[el->slot] = text;
	if (fit(f, e, w))
		return true;
	f->text[el->slot] = NULL;
	return false;
}

/* The option that word w is, not given before; NULL when there is none. */
static const struct element *
find_option(const struct fitting *f, size_t w)
{
	size_t length = strcspn(f->words[w], "=");

	for (size_t i = 0; i < f->element_count; i++) {
		const struct element *el = &f->elements[i];

		if (!el->option || el->length != length ||
		    memcmp(el->text, f->words[w], length) != 0)
			continue;
		if (f->text[el->slot] != NULL)
			return NULL;
		return f->words[w][length] == '=' && !el->has_value ? NULL : el;
	}
	return NULL;
}

/* --label=phone or --label phone. */
static bool
fit_option(struct fitting *f, size_t e, size_t w)
{
	const struct element *el = find_option(f, w);

	if (el == NULL)
		return false;
	if (!el->has_value)
		return fit_rest(f, el, "", e, w + 1);
	if (f->words[w][el->length] == '=')
		return fit_rest(f, el, f->words[w] + el->length + 1, e, w + 1);
	if (w + 1 == f->count) {
		f->furthest = w + 1;
		return false;
	}
	return fit_rest(f, el, f->words[w + 1], e, w + 2);
}

/* All words are used up: was everything said that has to be? */
static bool
is_complete(const struct fitting *f, size_t e)
{
	for (size_t i = 0; i < f->element_count; i++) {
		const struct element *el = &f->elements[i];
		bool said = el->option ? f->text[el->slot] != NULL : i < e;

		if (!said && !el->optional)
			return false;
	}
	return true;
}

static bool
element_is(const struct element *el, const char *word)
{
	return strlen(word) == el->length &&
	    memcmp(word, el->text, el->length) == 0;
}

static bool
element_takes(const struct fitting *f, const struct element *el, size_t w)
{
	return el->literal ? element_is(el, f->words[w]) : w >= f->reserved;
}

/* True when the words from w on fit the elements from e on. */
static bool
fit(struct fitting *f, size_t e, size_t w)
{
	const struct element *el;

	if (w > f->furthest)
		f->furthest = w;
	while (e < f->element_count && f->elements[e].option)
		e++;
	if (w == f->count)
		return is_complete(f, e);
	el = e < f->element_count ? &f->elements[e] : NULL;
	if (text_starts(f->words[w], "--"))
		/* the sentence's own words come first */
		return (el == NULL || el->slot != SLOT_COUNT) &&
		    fit_option(f, e, w);
	if (el == NULL)
		return false;
	if (element_takes(f, el, w) &&
	    fit_rest(f, el, f->words[w], e + 1, w + 1))
		return true;
	return el->optional && fit(f, e + 1, w);
}

/* ---- the list ---- */

/*
 * How many of the words are a sentence's own, from the first one on: what
 * starts as one sentence does is not taken for a name in another one.
 */
static size_t
reserved_words(const char *const *words, size_t count)
{
	size_t most = 0;

	for (int s = 0; s < SENTENCE_COUNT; s++) {
		struct element elements[ELEMENTS_MAX];
		size_t n = read_pattern(sentences[s].pattern, elements), w = 0;

		while (w < n && w < count && elements[w].literal &&
		    !elements[w].optional && !elements[w].option &&
		    element_is(&elements[w], words[w]))
			w++;
		if (w > most)
			most = w;
	}
	return most;
}

static void
note_misfit(struct misfit *m, enum sentence s, size_t furthest)
{
	if (furthest > m->at) {
		memset(m, 0, sizeof *m);
		m->at = furthest;
	}
	if (furthest == m->at)
		m->possible[s] = true;
}

enum error
grammar_read(const char *const *words, size_t count, struct given *out,
    struct misfit *misfit)
{
	size_t reserved = reserved_words(words, count);

	memset(misfit, 0, sizeof *misfit);
	for (int s = 0; s < SENTENCE_COUNT; s++) {
		struct fitting f = {
		    .words = words, .count = count, .reserved = reserved};

		f.element_count =
		    read_pattern(sentences[s].pattern, f.elements);
		if (fit(&f, 0, 0)) {
			out->sentence = (enum sentence)s;
			memcpy(out->text, f.text, sizeof out->text);
			return OK;
		}
		note_misfit(misfit, (enum sentence)s, f.furthest);
	}
	return ERR_FORMAT;
}

bool
grammar_needs_root(enum sentence s)
{
	return s >= SENTENCE_COUNT || sentences[s].who == ROOT;
}

const char *
grammar_pattern(enum sentence s)
{
	return sentences[s].pattern;
}

const char *
grammar_help(enum sentence s)
{
	return sentences[s].help;
}
