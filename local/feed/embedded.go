package feed

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// Embedded delivers the changes of the embedded store until ctx ends. What
// was handled is acknowledged in the store's file, so that a restart goes on
// where the last run ended.
func Embedded(ctx context.Context, store *memory.Store, t Target) {
	for ctx.Err() == nil {
		changed := store.Changed()
		entries := store.Feed(store.Acked(), batchSize)
		if len(entries) == 0 {
			select {
			case <-ctx.Done():
			case <-changed:
			}
			continue
		}
		records := make([]events.DynamoDBEventRecord, 0, len(entries))
		for _, e := range entries {
			records = append(records, record(e))
		}
		if !t.deliver(ctx, records) {
			return
		}
		if err := store.Ack(entries[len(entries)-1].Seq); err != nil {
			t.Log.Error("the feed's position could not be kept", "error", err)
		}
	}
}

// record is an entry as a stream record. The images stay in the store, where
// Decoder finds them by the number.
func record(e memory.Entry) events.DynamoDBEventRecord {
	return events.DynamoDBEventRecord{
		EventID: strconv.FormatUint(e.Seq, 10), EventName: name(e), EventSource: "aws:dynamodb", EventVersion: "1.1",
		Change: events.DynamoDBStreamRecord{
			SequenceNumber: strconv.FormatUint(e.Seq, 10), StreamViewType: "NEW_AND_OLD_IMAGES",
		},
	}
}

// name is what DynamoDB calls the change.
func name(e memory.Entry) string {
	switch {
	case e.Old == nil:
		return "INSERT"
	case e.New == nil:
		return "REMOVE"
	}
	return "MODIFY"
}

// Decoder reads records that Embedded delivers.
func Decoder(store *memory.Store) func(events.DynamoDBEventRecord) (twofactor.Change, error) {
	return func(r events.DynamoDBEventRecord) (twofactor.Change, error) {
		seq, err := strconv.ParseUint(r.Change.SequenceNumber, 10, 64)
		if err != nil || seq == 0 {
			return twofactor.Change{}, fmt.Errorf("%q is no number of a change", r.Change.SequenceNumber)
		}
		entries := store.Feed(seq-1, 1)
		if len(entries) == 0 || entries[0].Seq != seq {
			return twofactor.Change{}, fmt.Errorf("change %d is gone", seq)
		}
		return entries[0].Change, nil
	}
}
