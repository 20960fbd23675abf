package stream

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/aws/aws-lambda-go/events"
)

// errPanic stands for a panic; its value may hold anything and is not shown.
var errPanic = errors.New("panic")

// Batch handles the records of a batch in order. An empty list of failures
// says that all are done. At the first one that fails it stops and names that
// record, so that Lambda delivers it and all that follow again, and after some
// tries puts it where failed records go. Records before it are not repeated,
// those after it are not overtaken.
func (f *Function) Batch(ctx context.Context, batch events.DynamoDBEvent) events.DynamoDBEventResponse {
	work, cancel := early(ctx)
	defer cancel()
	answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
	for _, record := range batch.Records {
		err := work.Err()
		if err == nil {
			err = f.record(ctx, record)
		}
		if err == nil {
			continue
		}
		sequence := record.Change.SequenceNumber
		f.log.Error("record not handled", "code", "record_failed", "sequence", sequence, "error", err)
		answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: sequence})
		return answer
	}
	return answer
}

// record handles one record. A panic fails this record alone.
func (f *Function) record(ctx context.Context, record events.DynamoDBEventRecord) (err error) {
	defer func() {
		if recover() != nil {
			f.log.Error("panic", "code", "record_panic", "sequence", record.Change.SequenceNumber, "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	change, err := f.decode(record)
	if err != nil {
		return err
	}
	return f.notifier.Handle(ctx, change)
}
