// Package acceptance lives through Sallyport's stories from outside: over
// HTTP, as a platform and as persons, with codes from oathtool and mail read
// from the inbox.
//
// Each test starts a stack of its own. It runs in this process on the embedded
// store; with AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL_SESV2 set it runs
// on those real parts instead ("make test" does both).
package acceptance
