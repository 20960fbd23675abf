package mail

import (
	"regexp"
	"strings"
	"unicode"
)

// maxShown is how much of a value a mail shows, in characters.
const maxShown = 200

// blank lists letters that show as nothing (Unicode: default ignorable, but
// not of category Cf), besides which a name could hide.
const blank = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0"

// clean makes a value fit for one line of a mail: control, bidi and zero-width
// characters go, every run of space becomes one space, and a long value is cut.
func clean(value string) string {
	value = strings.Map(visible, strings.ToValidUTF8(value, ""))
	value = strings.Join(strings.Fields(value), " ")
	if runes := []rune(value); len(runes) > maxShown {
		return string(runes[:maxShown-1]) + "…"
	}
	return value
}

// visible keeps what shows, turns every kind of space into one, and drops the
// rest: categories Cc, Cf (bidi and zero-width characters among them), Co, Cs,
// variation selectors and blank letters.
func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r):
		return ' '
	case unicode.Is(unicode.C, r), unicode.Is(unicode.Variation_Selector, r), strings.ContainsRune(blank, r):
		return -1
	}
	return r
}

// domainDot is a dot that mail programs take for part of a host name.
var domainDot = regexp.MustCompile(`([\pL\pN])\.(\pL)`)

// unlink breaks up what a mail program would turn into a link by itself, so
// that a name or a reason never leads anywhere.
func unlink(value string) string {
	value = strings.ReplaceAll(value, "://", ": //")
	return domainDot.ReplaceAllString(value, "$1. $2")
}
