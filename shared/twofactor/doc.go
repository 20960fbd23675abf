// Package twofactor holds every rule of Sallyport: who may do what, what a
// login needs, when a code counts, how a factor comes and goes.
//
// It does no I/O of its own and has no clock and no randomness: what it needs
// comes in through [Deps]. Each use case has the same three steps. It loads
// the records it needs in one round trip, decides with pure functions, and
// commits once, on the versions it read; the event that says what happened is
// part of that commit. An answer leaves only after the commit succeeded.
//
// Where to look:
//
//   - decide.go, verdict.go: what one login needs (contract §6, the eight steps)
//   - attempts.go, proof.go: the throttle, and what a code proves
//   - factor.go: the states of a factor and the moves between them
//   - permission.go: the table of who may call what; authorize.go and actor.go
//     hold callers to it
//   - policy.go, presets.go, policy_validate.go: the policy, its defaults, its
//     ranges
//   - errors.go: every error code a client can see
//   - event.go: every type of event; mail kinds are in mail.go
//   - commit.go: load, decide, commit, and how a lost race or answer ends
//   - store.go, record.go: what a store does, and what every record has
//
// The rest is one file for each record (user.go, tenant.go, mail.go) and one for
// each use case (users.go, enroll.go), whose further parts stand behind an
// underscore (enroll_confirm.go). docs/architecture.md says how to add each.
package twofactor
