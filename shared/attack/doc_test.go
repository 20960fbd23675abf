// Package attack holds no code of the service, only attacks on it: whole
// stories through the doors that the functions open, on the embedded store,
// with the keys and the clock of a test. docs/security-cases.md says which
// case is shown where.
package attack
