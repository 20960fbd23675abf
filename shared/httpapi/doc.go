// Package httpapi turns a request of the API Gateway into a call of a use
// case and the result into an answer. It holds no rule of its own.
//
// Every request goes through one door, in this order:
//
//  1. route: table.go is the one table; match.go finds the entry
//  2. credential: caller.go makes a twofactor.Caller of it
//  3. path, query, body: path.go, query.go, body.go and shape.go refuse
//     whatever is not exactly what the endpoint takes
//  4. the use case, through an interface of deps.go
//  5. answer: respond.go, or errors.go and problem.go for a refusal
//  6. one line in the log: log.go
//
// An endpoint is a request type, a response type and one line in table.go. When
// you add one: see "How to" in docs/architecture.md.
package httpapi
