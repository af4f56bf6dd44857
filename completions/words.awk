# What can stand next on the line of otpgate(1).  ARGV: the words before the
# cursor, then the one at it, whole or begun.  Prints a line for each word that
# fits: the word, a tab, what it means.  A line that begins with a blank names
# what a shell knows itself: " USER", " FILE".
#
# The sentences and the options of the policy come before this, as calls of
# sentence() and option(): scripts/completions writes them, and all of it into
# each shell's file, between single quotes.
#
# MUST read a line as src/doors/cli/grammar.c does.
# MUST hold no single quote; no backslash, which fish reads between them.

function sentence(pattern, help)
{
	patterns[++sentences] = pattern
	helps[sentences] = first(help)
}

# Values in a range are offered where they can be overlooked at a glance.
function option(key, kind, min, max, words, help, i)
{
	keys[++options] = key
	meant[key] = first(help)
	if (kind == "SWITCH")
		words = "true false"
	if (kind == "NUMBER" && words == "" && max - min <= 10)
		for (i = min; i <= max; i++)
			words = words " " i
	values[key] = words
}

# The first of the sentences in text, without its full stop.
function first(text, end)
{
	end = index(text, ". ")
	if (end > 0)
		text = substr(text, 1, end)
	sub(/[.]$/, "", text)
	return text
}

# Puts the elements of pattern into text[], value[], loose[] and own[].
function parse(pattern, part, n, i)
{
	n = split(pattern, part, " ")
	count = 0
	for (i = 1; i <= n; i++) {
		text[++count] = bare(part[i])
		value[count] = ""
		loose[count] = part[i] ~ /^[[]/
		own[count] = !loose[count] && part[i] ~ /^[a-z]/
		if (own[count])
			last = count
		if (part[i] ~ /^[[]?--.*[^]]$/ && part[i + 1] ~ /^[A-Z]/)
			value[count] = bare(part[++i])
	}
}

function bare(word)
{
	gsub(/[][]/, "", word)
	return word
}

function put(word, help)
{
	if (index(word, ARGV[at]) == 1 && !(word in seen)) {
		seen[word] = 1
		print word "	" help
	}
}

# Offers what fills a place of that name, which option may have before it.
function fill(name, opt, before, list, n, i)
{
	if (name == "KEY" && opt == "") {
		for (i = 1; i <= options; i++)
			put(keys[i], meant[keys[i]])
		return
	}
	if (name == "VALUE" && opt == "")
		opt = said["KEY"]
	sub(/^--/, "", opt)
	if (opt in values) {
		n = split(values[opt], list, " ")
		for (i = 1; i <= n; i++)
			put(before list[i], "")
	} else if (before == "" && name ~ /^(USER|FILE)$/ && !(name in seen)) {
		seen[name] = 1
		print " " name
	}
}

# Offers what may come where element e is next.
function offer(e, i)
{
	for (i = e; i <= count; i++) {
		if (text[i] ~ /^--/)
			continue
		if (text[i] ~ /^[A-Z]/)
			fill(text[i], "", "")
		else
			put(text[i], i == last ? helps[now] : "")
		if (!loose[i])
			break
	}
	if (e <= count && own[e])
		return
	for (i = 1; i <= count; i++) {
		if (text[i] !~ /^--/ || (i in used))
			continue
		put(text[i], e > count && last == 0 ? helps[now] : "")
		if (value[i] != "" && index(ARGV[at], text[i] "=") == 1)
			fill(value[i], text[i], text[i] "=")
	}
}

# The option that word w is; what follows goes on at element e.
function pass_option(e, w, i, name)
{
	name = ARGV[w]
	sub(/=.*/, "", name)
	for (i = 1; i <= count && (text[i] != name || (i in used)); i++)
		;
	if (i > count || (name != ARGV[w] && value[i] == ""))
		return
	used[i] = 1
	if (value[i] == "" || name != ARGV[w])
		pass(e, w + 1)
	else if (w + 1 == at)
		fill(value[i], name, "")
	else
		pass(e, w + 2)
	delete used[i]
}

# Goes from word w and element e to the cursor, in every way that there is.
function pass(e, w)
{
	while (e <= count && text[e] ~ /^--/)
		e++
	if (w == at) {
		offer(e)
		return
	}
	if (ARGV[w] ~ /^--/) {
		if (e > count || !own[e])
			pass_option(e, w)
		return
	}
	if (e > count)
		return
	if ((text[e] ~ /^[A-Z]/ && w > reserved) || text[e] == ARGV[w]) {
		said[text[e]] = ARGV[w]
		pass(e + 1, w + 1)
	}
	if (loose[e])
		pass(e + 1, w)
}

# How many of the words are the own ones of a sentence.
function own_words(pattern, w)
{
	parse(pattern)
	for (w = 0; w < count && w + 1 < at && own[w + 1] &&
	    text[w + 1] == ARGV[w + 1]; w++)
		;
	return w
}

BEGIN {
	at = ARGC - 1
	reserved = 0
	for (now = 1; now <= sentences; now++)
		if (own_words(patterns[now]) > reserved)
			reserved = own_words(patterns[now])
	for (now = 1; now <= sentences; now++) {
		last = 0
		parse(patterns[now])
		pass(1, 1)
	}
}
