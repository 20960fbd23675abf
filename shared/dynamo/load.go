package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

const (
	// readTries is how often a read is tried in all: by the SDK when a call
	// fails, by us when a batch leaves keys out.
	readTries = 3
	// batchSize is how many keys BatchGetItem takes.
	batchSize = 100
)

// Load implements [twofactor.Loader]. Strong and eventual reads go out side by
// side, because a batch has one consistency for each table that it names. To
// name the same table twice, by name and by ARN, works on DynamoDB Local, but
// DynamoDB's documentation does not promise it. Two calls cost the same units
// as one batch would, and the time of the slower one.
func (s *Store) Load(ctx context.Context, wants ...twofactor.Want) (twofactor.Found, error) {
	strong, eventual, err := plan(wants)
	if err != nil {
		return nil, failed("Load", twofactor.ErrStore, err)
	}
	var batches []batch
	for _, group := range []batch{strong, eventual} {
		for len(group.keys) > batchSize {
			batches = append(batches, batch{group.keys[:batchSize], group.consistent})
			group.keys = group.keys[batchSize:]
		}
		if len(group.keys) > 0 {
			batches = append(batches, group)
		}
	}
	return s.loadAll(ctx, batches)
}

// batch is a number of keys that are read with the same consistency.
type batch struct {
	keys       []address
	consistent bool
}

// plan sorts wants by consistency, each key once. A key that is wanted both
// ways is read strongly.
func plan(wants []twofactor.Want) (strong, eventual batch, err error) {
	weak := make(map[address]bool, len(wants))
	order := make([]address, 0, len(wants))
	for _, want := range wants {
		at, err := addressOf(want.Key)
		if err != nil {
			return strong, eventual, err
		}
		before, known := weak[at]
		if !known {
			order = append(order, at)
		}
		weak[at] = want.Eventually && (before || !known)
	}
	strong.consistent = true
	for _, at := range order {
		if weak[at] {
			eventual.keys = append(eventual.keys, at)
		} else {
			strong.keys = append(strong.keys, at)
		}
	}
	return strong, eventual, nil
}

// loadAll reads the batches in parallel, the last one in this goroutine.
func (s *Store) loadAll(ctx context.Context, batches []batch) (twofactor.Found, error) {
	var (
		wait    sync.WaitGroup
		results = make([][]item, len(batches))
		errs    = make([]error, len(batches))
	)
	for i, b := range batches {
		read := func() { results[i], errs[i] = s.read(ctx, b) }
		if i < len(batches)-1 {
			wait.Go(read)
		} else {
			read()
		}
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, failed("Load", twofactor.ErrStore, err)
	}
	found := twofactor.Found{}
	for _, items := range results {
		for _, it := range items {
			record, _, err := decode(it)
			if err != nil {
				return nil, failed("Load", twofactor.ErrStore, err)
			}
			found[record.Key()] = record
		}
	}
	return found, nil
}

func (s *Store) read(ctx context.Context, b batch) ([]item, error) {
	if len(b.keys) == 1 {
		return s.get(ctx, b.keys[0], b.consistent)
	}
	return s.batchGet(ctx, b)
}

func (s *Store) get(ctx context.Context, at address, consistent bool) ([]item, error) {
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: at.attributes(), ConsistentRead: &consistent,
		ReturnConsumedCapacity: s.wantsCapacity(),
	}, s.fewTries)
	if err != nil {
		return nil, err
	}
	s.metered("GetItem", false, one(out.ConsumedCapacity)...)
	if len(out.Item) == 0 {
		return nil, nil
	}
	return []item{out.Item}, nil
}

// errLeftOut is returned when DynamoDB keeps leaving keys out of a batch.
var errLeftOut = errors.New("keys were left out of a batch")

func (s *Store) batchGet(ctx context.Context, b batch) ([]item, error) {
	request := types.KeysAndAttributes{ConsistentRead: &b.consistent}
	for _, at := range b.keys {
		request.Keys = append(request.Keys, at.attributes())
	}
	var items []item
	for attempt := range readTries {
		if err := sleep(ctx, s.pause(attempt)); err != nil {
			return nil, err
		}
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
			RequestItems:           map[string]types.KeysAndAttributes{s.table: request},
			ReturnConsumedCapacity: s.wantsCapacity(),
		}, s.fewTries)
		if err != nil {
			return nil, err
		}
		s.metered("BatchGetItem", false, out.ConsumedCapacity...)
		for _, page := range out.Responses {
			items = append(items, page...)
		}
		left, ok := out.UnprocessedKeys[s.table]
		if !ok || len(left.Keys) == 0 {
			return items, nil
		}
		request.Keys = left.Keys
	}
	return nil, errLeftOut
}

// fewTries bounds what the SDK repeats by itself when a read fails.
func (s *Store) fewTries(o *dynamodb.Options) { o.Retryer = s.readRetry }

// newReadRetry makes the SDK repeat reads soon: the SDK's own pauses of up to
// seconds would outlast the caller.
func newReadRetry(pause func(attempt int) time.Duration) aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = readTries
		o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
			return pause(max(1, attempt)), nil
		})
	})
}

// readPause is how long to wait before a try: not at all before the first,
// then at random up to 50 ms, doubled each time.
func readPause(attempt int) time.Duration {
	if attempt == 0 {
		return 0
	}
	return rand.N(25 * time.Millisecond << attempt) //nolint:gosec // jitter needs no secrecy
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
