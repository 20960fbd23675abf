// Package growth measures what calls cost while one tenant grows. A policy
// change, a login, a page of users and the summary must cost the same for a
// hundred users as for a hundred thousand.
package growth
