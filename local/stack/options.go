package stack

import (
	"io"
	"path/filepath"

	"sallyport/shared/dynamo"
)

// The stores that a stack can run on.
const (
	StoreMemory   = "memory"
	StoreDynamoDB = "dynamodb"
)

// Options says what to run and where.
type Options struct {
	// Root is the folder that holds template.yaml.
	Root string
	// State is the folder for what must survive a restart.
	State string
	// Port and InboxPort are the ports on 127.0.0.1; 0 takes a free one.
	Port, InboxPort int
	// Store is StoreMemory or StoreDynamoDB.
	Store string
	// DynamoDB is the address of a DynamoDB that runs already; "" starts
	// DynamoDB Local. Only for StoreDynamoDB.
	DynamoDB string
	// SES is the address of an SES that runs already; "" starts
	// aws-ses-v2-local. Only for StoreDynamoDB.
	SES string
	// Table is the name of the table; "" is "sallyport". Only for
	// StoreDynamoDB.
	Table string
	// InMemory keeps DynamoDB Local's data in memory, which is much faster
	// and forgets at the end.
	InMemory bool
	// Meter is told what the functions behind the gateway consume of the
	// table, FeedMeter what notify consumes. Only for StoreDynamoDB.
	Meter, FeedMeter dynamo.Meter
	// TenantRate is how many calls of one tenant are answered each second; 0
	// is 1,000.
	TenantRate int
	// Log gets the functions' log lines, as JSON.
	Log io.Writer
}

// table is the table's name.
func (o Options) table() string {
	if o.Table != "" {
		return o.Table
	}
	return "sallyport"
}

// localFolder is the project's folder local/.
func (s *Stack) localFolder() string { return filepath.Join(s.options.Root, "local") }
