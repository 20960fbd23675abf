package twofactor

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest texts that people write, in characters.
const (
	maxName   = 256
	maxReason = 500
)

// checkText says what is wrong with one line of text that a person wrote, or
// "". Control characters and those that turn the direction of writing round
// are refused: they make a name look like another one in a mail, a log or an
// authenticator app.
func checkText(s string, longest int) string {
	if !utf8.ValidString(s) {
		return "The text is not valid UTF-8."
	}
	if utf8.RuneCountInString(s) > longest {
		return fmt.Sprintf("The text is longer than %d characters.", longest)
	}
	for _, r := range s {
		if unicode.IsControl(r) || turnsText(r) {
			return "The text holds control characters, or such as change the direction of writing."
		}
	}
	return ""
}

// blank reports whether s holds nothing that shows: it is empty, or all spaces
// and characters without a shape. Where a text is needed, such a one is none.
func blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) })
}

// turnsText reports Unicode's bidirectional controls (UAX #9) and its two
// line separators.
func turnsText(r rune) bool {
	switch {
	case r == 0x061C, r == 0x200E, r == 0x200F:
		return true
	case r >= 0x2028 && r <= 0x202E:
		return true
	case r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// validRole reports whether role has the form of contract §3:
// [a-z][a-z0-9_]{0,31}.
func validRole(role string) bool {
	const longest = 32
	if role == "" || len(role) > longest || role[0] < 'a' || role[0] > 'z' {
		return false
	}
	for i := 1; i < len(role); i++ {
		c := role[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// validLocale reports whether tag has the outer form of a language tag (BCP
// 47): subtags of 1 to 8 letters or digits, the first of 2 to 8 letters.
func validLocale(tag string) bool {
	const longest, longestSubtag = 35, 8
	if len(tag) > longest {
		return false
	}
	first, length := true, 0
	for i := 0; i <= len(tag); i++ {
		if i == len(tag) || tag[i] == '-' {
			if length == 0 || length > longestSubtag || first && length < 2 {
				return false
			}
			first, length = false, 0
			continue
		}
		digit := '0' <= tag[i] && tag[i] <= '9'
		if !alphanumeric(tag[i]) || first && digit {
			return false
		}
		length++
	}
	return true
}

// invalidFields makes one refusal of all the members that are wrong; nil when
// none is.
func invalidFields(fields []FieldError) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Detail: "Some members have values that are not allowed.", Fields: fields}
}
