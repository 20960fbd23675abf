// Package storetest is what a store must do, written as tests. Every store
// runs the same [Run]: the embedded one always, the table on DynamoDB Local.
//
// When you add a kind of record: list it in samples.go. The members of a
// sample are filled by reflection, so a member that a store forgets fails here
// without anybody thinking of it.
package storetest
