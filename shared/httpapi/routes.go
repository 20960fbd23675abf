package httpapi

import "strings"

// Function names the Lambda function that answers a route: a folder below
// functions/.
type Function string

// The functions with an HTTP side.
const (
	FunctionVerify    Function = "verify"
	FunctionEnroll    Function = "enroll"
	FunctionPolicy    Function = "policy"
	FunctionReset     Function = "reset"
	FunctionDirectory Function = "directory"
	FunctionPages     Function = "pages"
)

// Credential is what a caller must show. Scopes, roles and kinds of token are
// judged by the use cases.
type Credential string

// The kinds of credentials.
const (
	// CredentialPlatform is an API key.
	CredentialPlatform Credential = "platform"
	// CredentialPerson is a token that was made for one user.
	CredentialPerson Credential = "person"
	// CredentialNone is for what anyone may read.
	CredentialNone Credential = "none"
)

// Route is one call of the API.
type Route struct {
	Method string
	// Path is the pattern as the template has it: "/v1/tenants/{tenant}".
	Path       string
	Function   Function
	Credential Credential
	// CORS is true where pages of any origin may call, without credentials of
	// the browser.
	CORS bool

	traits trait
	serve  endpoint
	// parts are the segments of Path.
	parts []string
}

// Key is the route as the API Gateway writes it: "GET /v1/login".
func (r Route) Key() string { return r.Method + " " + r.Path }

// Idempotent reports whether the route heeds Idempotency-Key (contract §2).
func (r Route) Idempotent() bool { return r.traits&idempotent != 0 }

// BodyLimit is the largest body that the route takes, in bytes.
func (r Route) BodyLimit() int {
	if r.traits&batch != 0 {
		return maxBatchBody
	}
	return maxBody
}

// trait marks what is special about a route.
type trait uint8

const (
	idempotent trait = 1 << iota
	batch
)

// The limits of contract §2.
const (
	maxBody      = 64 << 10
	maxBatchBody = 256 << 10
)

// Routes lists every call there is, once.
func Routes() []Route { return append([]Route(nil), routes...) }

// Find returns the route that a request goes to. path is the path as it was
// sent, still escaped.
func Find(method, path string) (Route, bool) {
	f := match(method, path)
	if f.route == nil {
		return Route{}, false
	}
	return *f.route, true
}

// platform, person and anyone make a line of the table.
func platform(f Function, method, path string, serve endpoint, traits ...trait) Route {
	r := Route{Method: method, Path: path, Function: f, Credential: CredentialPlatform}
	for _, t := range traits {
		r.traits |= t
	}
	return r.served(serve)
}

func person(f Function, method, path string, serve endpoint) Route {
	return Route{Method: method, Path: path, Function: f, Credential: CredentialPerson, CORS: true}.served(serve)
}

func anyone(method, path string, cors bool, serve endpoint) Route {
	return Route{Method: method, Path: path, Function: FunctionPages, Credential: CredentialNone, CORS: cors}.served(serve)
}

func (r Route) served(by endpoint) Route {
	r.serve, r.parts = by, strings.Split(r.Path, "/")
	return r
}
