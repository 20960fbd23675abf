package httpapi

import (
	"time"

	"sallyport/shared/twofactor"
)

// stamp writes a time as RFC 3339 in UTC with whole seconds; the zero time is
// null.
func stamp(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format("2006-01-02T15:04:05Z")
	return &text
}

// readTime reads a member that holds a time with any offset; nil is the zero
// time.
func readTime(text *string, pointer string) (time.Time, error) {
	if text == nil {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, *text)
	if err != nil {
		return time.Time{}, invalid(pointer, "This must be a time as in RFC 3339.")
	}
	return t.UTC(), nil
}

// orNull is null for an empty text.
func orNull[T ~string](text T) *T {
	if text == "" {
		return nil
	}
	return &text
}

// orEmpty is the text, or the empty one for null.
func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// secret reads a member that must never be printed; nil is the empty one.
func secret(text *string) twofactor.Secret { return twofactor.Secret(orEmpty(text)) }
