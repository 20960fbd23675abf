package httpapi

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// query holds a request's query parameters, each given once.
type query map[string]string

// queryOf reads the query as it was sent: the API Gateway's own map joins
// repeated parameters, so that nobody could tell them from a comma.
func queryOf(raw string, known []string) (query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, malformed("/query", "The query could not be read.")
	}
	q := query{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		all := values[name]
		if !slices.Contains(known, name) {
			return nil, malformed(unknownParameter(name), "There is a parameter that this call does not know.")
		}
		if len(all) != 1 {
			return nil, malformed("/query/"+name, "This parameter stands there more than once.")
		}
		q[name] = all[0]
	}
	return q, nil
}

// parameterName is what a misspelt name looks like. Anything else may be a
// value in the wrong place, and is not repeated.
var parameterName = regexp.MustCompile(`^[A-Za-z_]{1,32}$`)

func unknownParameter(name string) string {
	if parameterName.MatchString(name) {
		return "/query/" + name
	}
	return "/query"
}

// The parameters of lists (contract §3).
var listParameters = []string{"limit", "cursor"}

const (
	defaultLimit = 50
	maxLimit     = 200
)

// limit returns how many items a page may hold.
func (q query) limit() (int, error) {
	text, given := q["limit"]
	if !given {
		return defaultLimit, nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil || n < 1 || n > maxLimit {
		return 0, invalid("/query/limit", "This must be a number from 1 to 200.")
	}
	return int(n), nil
}

// time returns a parameter that is a time with any offset, the zero time where
// it is missing.
func (q query) time(name string) (time.Time, error) {
	text, given := q[name]
	if !given {
		return time.Time{}, nil
	}
	return readTime(&text, "/query/"+name)
}

// flag returns a parameter that is true or false, nil where it is missing.
func (q query) flag(name string) (*bool, error) {
	text, given := q[name]
	switch {
	case !given:
		return nil, nil
	case text != "true" && text != "false":
		return nil, invalid("/query/"+name, "This must be true or false.")
	}
	value := text == "true"
	return &value, nil
}
