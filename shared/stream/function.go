package stream

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/twofactor"
)

// Notifier is what the function feeds; [twofactor.Notify] is one.
type Notifier interface {
	// Handle acts on one change. Handling it again does nothing.
	Handle(ctx context.Context, change twofactor.Change) error
	// Scheduled does what is due, until ctx ends; it counts the mails that
	// were sent and those that failed for good.
	Scheduled(ctx context.Context) (sent, failed int, err error)
	// Returned records that a mail did not arrive. Recording it again does
	// nothing.
	Returned(ctx context.Context, r twofactor.Return) error
	// Recount counts the users of a tenant anew, by hand.
	Recount(ctx context.Context, tenant string) (twofactor.RecountAnswer, error)
}

// Decode reads one record of the table's stream.
type Decode func(record events.DynamoDBEventRecord) (twofactor.Change, error)

// Function is the Lambda function that follows the table.
type Function struct {
	notifier Notifier
	decode   Decode
	log      *slog.Logger
}

// New makes a Function. Its log lines name sequence numbers and counts, never
// what a record holds.
func New(notifier Notifier, decode Decode, log *slog.Logger) *Function {
	return &Function{notifier: notifier, decode: decode, log: log}
}

// reserve is the time that is left unused at the end of an invocation: longer
// than one record or one mail takes, so that nothing is cut off in the middle.
const reserve = 15 * time.Second

// scheduleStale is the age from which on a call of the schedule is left to the
// next one: Lambda repeats one that failed, a minute later at the earliest.
const scheduleStale = 50 * time.Second

// ErrUnknownEvent is returned for an event that is none of those that Invoke
// knows.
var ErrUnknownEvent = errors.New("neither a batch of the stream, nor the schedule, nor a mail's return, nor a recount")

// invocation holds what tells the events apart.
type invocation struct {
	Records *json.RawMessage `json:"Records"`
	Source  string           `json:"source"`
	Time    time.Time        `json:"time"`
	Recount string           `json:"recount"`
}

// Invoke handles one event: a batch of the stream ("Records") is answered with
// [events.DynamoDBEventResponse], the schedule ("source": "aws.events") with
// [DueAnswer], what SES reports of a mail ("source": "aws.ses") with
// [ReturnAnswer], and a recount by hand ("recount": "<tenant>") with
// [twofactor.RecountAnswer].
func (f *Function) Invoke(ctx context.Context, payload json.RawMessage) (any, error) {
	var kind invocation
	if err := json.Unmarshal(payload, &kind); err != nil {
		return nil, ErrUnknownEvent
	}
	switch {
	case kind.Records != nil:
		var batch events.DynamoDBEvent
		if err := json.Unmarshal(payload, &batch); err != nil {
			return nil, ErrUnknownEvent
		}
		return f.Batch(ctx, batch), nil
	case kind.Source == "aws.events":
		if !kind.Time.IsZero() && time.Since(kind.Time) > scheduleStale {
			return DueAnswer{}, nil
		}
		return f.due(ctx)
	case kind.Source == "aws.ses":
		return f.returned(ctx, payload)
	case twofactor.ValidID(kind.Recount):
		work, cancel := early(ctx)
		defer cancel()
		return f.notifier.Recount(work, kind.Recount)
	}
	return nil, ErrUnknownEvent
}

// DueAnswer says what one run of the schedule did.
type DueAnswer struct {
	Sent   int `json:"sent"`
	Failed int `json:"failed"`
}

// due does what is due and ends in time.
func (f *Function) due(ctx context.Context) (DueAnswer, error) {
	work, cancel := early(ctx)
	defer cancel()
	sent, failed, err := f.notifier.Scheduled(work)
	if err != nil {
		f.log.Error("some that is due was not done", "code", "due_failed", "sent", sent, "failed", failed, "error", err)
		return DueAnswer{}, err
	}
	if sent+failed > 0 {
		f.log.Info("mails sent", "code", "due_done", "sent", sent, "failed", failed)
	}
	return DueAnswer{Sent: sent, Failed: failed}, nil
}

// early gives a context that ends before ctx does, by reserve.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve))
}
