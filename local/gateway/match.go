package gateway

import (
	"net/url"
	"strings"
)

// router finds the route of a request.
type router struct {
	routes   []pattern
	fallback *Route
}

// pattern is a route whose path is cut into segments.
type pattern struct {
	Route
	segments []string
}

// newRouter prepares the routes for matching.
func newRouter(routes []Route) *router {
	r := &router{}
	for _, route := range routes {
		if route.Path == DefaultRoute {
			r.fallback = &route
			continue
		}
		r.routes = append(r.routes, pattern{route, strings.Split(route.Path, "/")})
	}
	return r
}

// match returns the route for a method and an encoded path, with the decoded
// path parameters, or nil when not even a default route is there.
func (r *router) match(method, rawPath string) (*Route, map[string]string) {
	segments := strings.Split(rawPath, "/")
	var best *pattern
	for i := range r.routes {
		p := &r.routes[i]
		if p.fits(method, segments) && (best == nil || p.before(best)) {
			best = p
		}
	}
	if best == nil {
		return r.fallback, nil
	}
	return &best.Route, best.parameters(segments)
}

// fits reports whether the pattern takes the request. A parameter takes
// exactly one segment that is not empty; {name+} takes all that are left.
func (p *pattern) fits(method string, segments []string) bool {
	if p.Method != "ANY" && p.Method != method {
		return false
	}
	for i, want := range p.segments {
		if greedy(want) {
			return len(segments) > i && segments[i] != ""
		}
		if i >= len(segments) {
			return false
		}
		if parameter(want) != "" {
			if segments[i] == "" {
				return false
			}
		} else if want != segments[i] {
			return false
		}
	}
	return len(segments) == len(p.segments)
}

// before reports whether p is more specific than q: at the first segment
// where they differ an exact one goes before a parameter, a parameter before
// a greedy one; then a method before ANY.
func (p *pattern) before(q *pattern) bool {
	for i := range min(len(p.segments), len(q.segments)) {
		if a, b := rank(p.segments[i]), rank(q.segments[i]); a != b {
			return a < b
		}
	}
	return p.Method != "ANY" && q.Method == "ANY"
}

// parameters decodes the path parameters, once. One that cannot be decoded
// stays as it is, for the function to refuse.
func (p *pattern) parameters(segments []string) map[string]string {
	var found map[string]string
	for i, want := range p.segments {
		name := parameter(want)
		if name == "" {
			continue
		}
		value := segments[i]
		if greedy(want) {
			value = strings.Join(segments[i:], "/")
			name = strings.TrimSuffix(name, "+")
		}
		if decoded, err := url.PathUnescape(value); err == nil {
			value = decoded
		}
		if found == nil {
			found = map[string]string{}
		}
		found[name] = value
	}
	return found
}

// parameter returns the name in "{name}", or "".
func parameter(segment string) string {
	if strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") {
		return segment[1 : len(segment)-1]
	}
	return ""
}

// greedy reports whether a segment is "{name+}".
func greedy(segment string) bool { return strings.HasSuffix(parameter(segment), "+") }

// rank orders kinds of segments: exact, parameter, greedy.
func rank(segment string) int {
	switch {
	case greedy(segment):
		return 2
	case parameter(segment) != "":
		return 1
	}
	return 0
}
