// Package memory is the embedded store: the same promises as the table in
// DynamoDB, kept in one process. It serves the development stack and the
// tests.
//
// [New] keeps everything in memory. [Open] adds a journal file: every commit
// is on the disk before it is answered, so a kill loses nothing that was
// promised.
//
// A test can make it fail before or after a write ([Store.Fail],
// [Store.OnCommit]), fail a read ([Store.OnLoad]), or serve reads of an earlier
// moment ([Store.ServeStale]). Its change feed
// ([Store.Feed]) stands in for the table's stream.
package memory
