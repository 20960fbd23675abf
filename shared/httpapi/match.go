package httpapi

import (
	"net/url"
	"slices"
	"strings"
)

// found is what the table says about a request's method and path.
type found struct {
	// route is nil when no route fits.
	route *Route
	// values are the path's parameters, decoded.
	values map[string]string
	// allowed are the methods that the path has, cors those of them that
	// other origins may use. Both are empty when nothing has this path.
	allowed, cors []string
}

// match looks a request up. path is the path as it was sent; it is taken
// apart and decoded here, once, so that nobody sees it in another spelling.
// A pattern with fewer parameters wins (users/batch before users/{user}).
func match(method, path string) found {
	segments := strings.Split(path, "/")
	var f found
	best := len(segments) + 1
	for i := range routes {
		values, ok := fit(routes[i].parts, segments)
		if !ok {
			continue
		}
		f.allowed = append(f.allowed, routes[i].Method)
		if routes[i].CORS {
			f.cors = append(f.cors, routes[i].Method)
		}
		if routes[i].Method == method && len(values) < best {
			best, f.route, f.values = len(values), &routes[i], values
		}
	}
	f.allowed = sorted(f.allowed)
	f.cors = sorted(f.cors)
	return f
}

func sorted(methods []string) []string {
	slices.Sort(methods)
	return slices.Compact(methods)
}

// fit compares a path with a pattern and returns the parameters.
func fit(parts, segments []string) (map[string]string, bool) {
	if len(parts) != len(segments) {
		return nil, false
	}
	var values map[string]string
	for i, part := range parts {
		name, isParameter := parameter(part)
		if !isParameter {
			if part != segments[i] {
				return nil, false
			}
			continue
		}
		value, ok := unescape(segments[i])
		if !ok {
			return nil, false
		}
		if values == nil {
			values = map[string]string{}
		}
		values[name] = value
	}
	return values, true
}

// parameter returns the name in "{name}".
func parameter(part string) (string, bool) {
	if strings.HasPrefix(part, "{") && strings.HasSuffix(part, "}") {
		return part[1 : len(part)-1], true
	}
	return "", false
}

// unescape decodes one segment. What could be read as another path (empty,
// dots, a slash, NUL) is no segment at all.
func unescape(segment string) (string, bool) {
	value, err := url.PathUnescape(segment)
	if err != nil || value == "" || value == "." || value == ".." {
		return "", false
	}
	return value, !strings.ContainsAny(value, "/\x00")
}
