package feed

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/aws/aws-lambda-go/events"
)

// pollEvery is how long a shard that had nothing new is left alone.
const pollEvery = 200 * time.Millisecond

// Streams delivers the records of a DynamoDB stream until ctx ends: a shard
// only after its parent, each shard in order. It begins at the oldest record
// that the stream still has; what was filed in an earlier run is known by its
// event id and not filed again.
func Streams(ctx context.Context, client *dynamodbstreams.Client, arn string, t Target) {
	r := &reader{client: client, arn: arn, target: t, shards: map[string]*shard{}}
	for ctx.Err() == nil {
		moved, err := r.round(ctx)
		if err != nil && ctx.Err() == nil {
			t.Log.Warn("the stream did not answer", "error", err)
		}
		if !moved && !sleep(ctx, pollEvery) {
			return
		}
	}
}

// reader follows one stream.
type reader struct {
	client *dynamodbstreams.Client
	arn    string
	target Target
	shards map[string]*shard
	// order holds the shards' ids as the stream lists them: parents first.
	order []string
}

// shard is the position in one shard.
type shard struct {
	parent   string
	iterator *string
	// last is the sequence number that was handled last; "" before the first.
	last string
	done bool
}

// round reads every shard whose parent is done once, and reports whether
// there was anything.
func (r *reader) round(ctx context.Context) (moved bool, err error) {
	if err := r.list(ctx); err != nil {
		return false, err
	}
	for _, id := range r.order {
		s := r.shards[id]
		if parent := r.shards[s.parent]; s.done || parent != nil && !parent.done {
			continue
		}
		some, err := r.read(ctx, id, s)
		if err != nil {
			return moved, err
		}
		moved = moved || some
	}
	return moved, nil
}

// list learns of new shards.
func (r *reader) list(ctx context.Context) error {
	var after *string
	for {
		out, err := r.client.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: &r.arn, ExclusiveStartShardId: after})
		if err != nil {
			return err
		}
		for _, s := range out.StreamDescription.Shards {
			if id := aws.ToString(s.ShardId); r.shards[id] == nil {
				r.shards[id] = &shard{parent: aws.ToString(s.ParentShardId)}
				r.order = append(r.order, id)
			}
		}
		if after = out.StreamDescription.LastEvaluatedShardId; after == nil {
			return nil
		}
	}
}

// read delivers the next records of a shard. The position moves only after
// they were handled.
func (r *reader) read(ctx context.Context, id string, s *shard) (moved bool, err error) {
	if s.iterator == nil {
		if err := r.open(ctx, id, s); err != nil {
			return false, err
		}
	}
	out, err := r.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterator, Limit: aws.Int32(batchSize)})
	if err != nil {
		// An iterator lives fifteen minutes; a new one starts at last.
		s.iterator = nil
		if expired := (*types.ExpiredIteratorException)(nil); errors.As(err, &expired) {
			return true, nil
		}
		return false, err
	}
	records := make([]events.DynamoDBEventRecord, 0, len(out.Records))
	for _, record := range out.Records {
		records = append(records, toEvent(record))
	}
	if !r.target.deliver(ctx, records) {
		return false, ctx.Err()
	}
	if n := len(records); n > 0 {
		s.last = records[n-1].Change.SequenceNumber
	}
	s.iterator = out.NextShardIterator
	s.done = s.iterator == nil
	return len(records) > 0, nil
}

// open gets an iterator at the shard's position.
func (r *reader) open(ctx context.Context, id string, s *shard) error {
	in := &dynamodbstreams.GetShardIteratorInput{StreamArn: &r.arn, ShardId: &id, ShardIteratorType: types.ShardIteratorTypeTrimHorizon}
	if s.last != "" {
		in.ShardIteratorType, in.SequenceNumber = types.ShardIteratorTypeAfterSequenceNumber, &s.last
	}
	out, err := r.client.GetShardIterator(ctx, in)
	if err != nil {
		return err
	}
	s.iterator = out.ShardIterator
	return nil
}
