// Package model holds no code of the service, only a plain model of what
// contract.md says of people, tenants and factors, and the test that lets
// random stories happen to the service and to the model at once.
//
// The model knows nothing of the service's records and rules. It is written
// from the contract (§4 to §6), docs/decisions.md and the numbers of the
// throttle, with pointers instead of generations and lists of what happened
// instead of counters. Where the contract leaves open which of several
// refusals comes first, the model gives all that apply.
//
//   - people_test.go: what the model remembers
//   - rules_test.go, grace_test.go: contract §5 and §6
//   - throttle_test.go, codes_test.go: codes and wrong codes
//   - admin_test.go: who may do what to others
//   - world_test.go: the service, with its real parts
//   - do_*_test.go: one call each, on both sides, and what must be the same
//   - draw_*_test.go: what is drawn at random
//   - again_test.go: calls repeated with an Idempotency-Key
//   - look_test.go, mail_test.go, story_test.go: states, mails and trail compared
//   - reach_test.go: what the stories came to
package model
