// Package gateway stands in for API Gateway on a developer's machine. It
// reads its routes out of template.yaml, turns each HTTP request into the
// JSON event (payload format 2.0) that a Lambda function gets, and turns the
// function's JSON answer back into HTTP. So what runs here is what is
// deployed: the same handlers, the same events, the same routes.
//
// It matches paths as an HTTP API does: an exact segment goes before a
// parameter, a slash too many is another path, and what no route takes goes
// to $default.
package gateway
