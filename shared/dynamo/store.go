package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// Store is the store on a DynamoDB table. All methods can be called in
// parallel. Every call ends with its context; the store sets no deadline of
// its own.
type Store struct {
	client *dynamodb.Client
	table  string
	meter  Meter
	// readRetry is how the SDK repeats reads; pause is how long is waited before
	// each try.
	readRetry aws.Retryer
	pause     func(attempt int) time.Duration
}

var _ twofactor.Store = (*Store)(nil)

// Meter is told what each call to DynamoDB consumed, indexes included, in read
// and write units.
type Meter func(operation string, read, write float64)

// Option changes a Store that New makes.
type Option func(*Store)

// WithMeter asks DynamoDB for the capacity that each call consumes and gives
// it to meter, which must be safe for parallel use.
func WithMeter(meter Meter) Option { return func(s *Store) { s.meter = meter } }

// New makes a store on a table that is there (see TableInput).
func New(client *dynamodb.Client, table string, options ...Option) *Store {
	s := &Store{client: client, table: table, readRetry: newReadRetry(readPause), pause: readPause}
	for _, option := range options {
		option(s)
	}
	return s
}

// wantsCapacity is what each request says about consumed capacity.
func (s *Store) wantsCapacity() types.ReturnConsumedCapacity {
	if s.meter == nil {
		return types.ReturnConsumedCapacityNone
	}
	return types.ReturnConsumedCapacityTotal
}

func (s *Store) metered(operation string, write bool, consumed ...types.ConsumedCapacity) {
	if s.meter == nil {
		return
	}
	units := 0.0
	for _, c := range consumed {
		if c.CapacityUnits != nil {
			units += *c.CapacityUnits
		}
	}
	if write {
		s.meter(operation, 0, units)
		return
	}
	s.meter(operation, units, 0)
}

func one(c *types.ConsumedCapacity) []types.ConsumedCapacity {
	if c == nil {
		return nil
	}
	return []types.ConsumedCapacity{*c}
}
