// Package feed carries a store's changes to the notify function as Lambda's
// stream mapping does: in order, in batches, as the JSON of a stream event,
// with the answer's list of failures. A record that fails is delivered again,
// with pauses; after too many tries it is put whole into a folder, and the
// rest goes on.
//
// [Embedded] reads the feed of the embedded store, [Streams] a DynamoDB
// stream.
package feed
