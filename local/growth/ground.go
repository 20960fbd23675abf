package growth

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"sallyport/shared/dynamo"
	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// Ground is an empty store whose use is measured.
type Ground struct {
	store  twofactor.Store
	ledger *ledger
}

// Embedded is the embedded store. Its costs are records: those asked for or
// listed count as read, those put, deleted or checked as written.
func Embedded() Ground {
	l := &ledger{}
	return Ground{store: counting{memory.New(), l}, ledger: l}
}

// DynamoDB is a new table on the DynamoDB Local at url. Its costs are consumed
// read and write units, index included. The table has no stream, because
// nobody would read it.
func DynamoDB(ctx context.Context, url string) (Ground, error) {
	client := dynamodb.New(dynamodb.Options{
		Region: "local", BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	const name = "growth"
	input := dynamo.TableInput(name)
	input.StreamSpecification = nil
	if _, err := client.CreateTable(ctx, input); err != nil {
		return Ground{}, err
	}
	l := &ledger{}
	meter := func(_ string, read, write float64) { l.add(read, write) }
	return Ground{store: dynamo.New(client, name, dynamo.WithMeter(meter)), ledger: l}, nil
}

// ledger sums what calls to the store cost.
type ledger struct {
	mu          sync.Mutex
	read, write float64
}

func (l *ledger) add(read, write float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read += read
	l.write += write
}

// take returns the sums since the last take.
func (l *ledger) take() (read, write float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	read, write = l.read, l.write
	l.read, l.write = 0, 0
	return read, write
}

// counting is a store that counts records.
type counting struct {
	twofactor.Store
	ledger *ledger
}

// Load implements [twofactor.Loader]. A record that is not there was read all
// the same.
func (c counting) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	c.ledger.add(float64(len(wants)), 0)
	return c.Store.Load(ctx, wants...)
}

// List implements [twofactor.Lister].
func (c counting) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	page, err := c.Store.List(ctx, q)
	c.ledger.add(float64(len(page.Records)), 0)
	return page, err
}

// Commit implements [twofactor.Committer].
func (c counting) Commit(ctx context.Context, commit twofactor.Commit) error {
	c.ledger.add(0, float64(len(commit.Put)+len(commit.Delete)+len(commit.Check)))
	return c.Store.Commit(ctx, commit)
}
