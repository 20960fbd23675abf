// Package stack runs a whole Sallyport on one machine: the handlers of the
// deployed functions behind a gateway that reads template.yaml, a store, an
// inbox, the feed that carries changes to notify, and the schedules.
//
// What differs from a deployed service: the root keys are wrapped by a key in
// a file instead of KMS, everything is one process, and the clock can be
// moved forward. With Store "memory" the store is the embedded one and the
// inbox takes the mails; with "dynamodb" they are DynamoDB Local and
// aws-ses-v2-local.
package stack
