// Package inbox is the mail service of "make run": it takes mails as SES v2
// does (SendEmail over HTTP, so that the real mail package with the real SDK
// talks to it), keeps them in a file, and shows them on a page. GET /store
// answers as aws-ses-v2-local does, which takes its place in
// "make run STORE=dynamodb".
package inbox
