// Package boot starts functions: it reads their settings from the environment
// once, makes only the clients that their IAM statements grant, and puts the
// use cases behind their HTTP routes.
//
// There is one builder for each function, with the function's name. A builder
// does no I/O: keys and records are read when the first call needs them. It
// fails when a setting is missing or wrong, and the error names all of them at
// once.
//
// The function that sends mail has its builder in package boot/notify, so that
// no other function links SES.
//
// When you add a function: its settings go into the table in config.go, its
// builder into handlers.go and parts.go (or, where HTTP does not reach it, into
// a file of its own); template.yaml lists what else it needs.
package boot
