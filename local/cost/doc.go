// Package cost measures what requests consume of the table, indexes included,
// and holds it against the budgets that the design sets: a login or a verify
// reads 1.5 units (the user strongly, the tenant eventually), and writes at
// most one. It also adds up what a million logins cost on AWS.
package cost
