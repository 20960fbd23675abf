package feed

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
)

const (
	// batchSize is how many records one invocation gets at most.
	batchSize = 100
	// maxTries is how often a record is delivered before it is put aside; the
	// template says the same of the real mapping.
	maxTries = 5
	// firstPause is the pause after the first failure; each further one
	// doubles it.
	firstPause = 200 * time.Millisecond
	// timeout is what one invocation may take, as in the template.
	timeout = 60 * time.Second
)

// Target is where records go.
type Target struct {
	// Function is the notify function.
	Function lambda.Handler
	// Failed is the folder for records that could not be handled.
	Failed string
	Log    *slog.Logger
}

// deliver gives records to the function until all are handled or put aside.
// It returns false when ctx ended before that.
func (t Target) deliver(ctx context.Context, records []events.DynamoDBEventRecord) bool {
	tries, pause := 0, firstPause
	for len(records) > 0 {
		if ctx.Err() != nil {
			return false
		}
		handled := t.invoke(ctx, records)
		if handled > 0 {
			tries, pause = 0, firstPause
		}
		records = records[handled:]
		if len(records) == 0 {
			return true
		}
		if tries++; tries >= maxTries {
			t.putAside(records[0])
			records = records[1:]
			tries, pause = 0, firstPause
			continue
		}
		if !sleep(ctx, pause) {
			return false
		}
		pause *= 2
	}
	return true
}

// invoke delivers one batch and returns how many of its records, from the
// first one on, are done.
func (t Target) invoke(ctx context.Context, records []events.DynamoDBEventRecord) (handled int) {
	payload, err := json.Marshal(events.DynamoDBEvent{Records: records})
	if err != nil {
		t.Log.Error("a record cannot be written as JSON", "error", err)
		return 0
	}
	// Not ended by ctx: what has begun may finish.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
	defer cancel()
	out, err := t.Function.Invoke(ctx, payload)
	var answer events.DynamoDBEventResponse
	if err == nil {
		err = json.Unmarshal(out, &answer)
	}
	if err != nil {
		t.Log.Error("the notify function failed", "error", err)
		return 0
	}
	return firstFailure(records, answer)
}

// firstFailure is the position of the first record that failed; Lambda
// delivers everything from there again.
func firstFailure(records []events.DynamoDBEventRecord, answer events.DynamoDBEventResponse) int {
	failed := map[string]bool{}
	for _, f := range answer.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	for i, r := range records {
		if failed[r.Change.SequenceNumber] {
			return i
		}
	}
	if len(failed) > 0 {
		// A name that is not in the batch: Lambda repeats the whole batch.
		return 0
	}
	return len(records)
}

// putAside keeps a record that could not be handled.
func (t Target) putAside(record events.DynamoDBEventRecord) {
	text, err := json.MarshalIndent(record, "", "  ")
	if err == nil {
		err = os.MkdirAll(t.Failed, 0o700)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(t.Failed, record.Change.SequenceNumber+".json"), text, 0o600)
	}
	t.Log.Error("a change could not be handled and was put aside", "folder", t.Failed, "sequence", record.Change.SequenceNumber, "error", err)
}

// sleep waits; false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
