package stream_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/stream"
	"sallyport/shared/twofactor"
)

// recorder stands in for the rules: it keeps what it was given.
type recorder struct {
	handled []string
	handle  func(id string) error
	due     func(ctx context.Context) (int, int, error)
	back    []twofactor.Return
}

func (r *recorder) Handle(_ context.Context, change twofactor.Change) error {
	if r.handle != nil {
		if err := r.handle(change.Key.ID); err != nil {
			return err
		}
	}
	r.handled = append(r.handled, change.Key.ID)
	return nil
}

func (r *recorder) Scheduled(ctx context.Context) (int, int, error) { return r.due(ctx) }

func (r *recorder) Returned(_ context.Context, back twofactor.Return) error {
	if r.handle != nil {
		if err := r.handle(back.Mail.ID); err != nil {
			return err
		}
	}
	r.back = append(r.back, back)
	return nil
}

func (r *recorder) Recount(_ context.Context, tenant string) (twofactor.RecountAnswer, error) {
	r.handled = append(r.handled, "recount of "+tenant)
	return twofactor.RecountAnswer{Users: 7}, nil
}

// decode takes the sequence number as the key; "poison" cannot be read.
func decode(record events.DynamoDBEventRecord) (twofactor.Change, error) {
	id := record.Change.SequenceNumber
	if strings.HasPrefix(id, "poison") {
		return twofactor.Change{}, errors.New("not readable")
	}
	return twofactor.Change{Key: twofactor.Key{ID: id}}, nil
}

// world is a function with its recorder and its log.
func world() (*stream.Function, *recorder, *bytes.Buffer) {
	var log bytes.Buffer
	r := &recorder{}
	return stream.New(r, decode, slog.New(slog.NewJSONHandler(&log, nil))), r, &log
}

// batch is the JSON of a batch as Lambda delivers it.
func batch(sequences ...string) json.RawMessage {
	var records []string
	for _, s := range sequences {
		records = append(records, fmt.Sprintf(`{"eventID":"1","eventName":"MODIFY","eventSource":"aws:dynamodb",
			"dynamodb":{"Keys":{"pk":{"S":"x"}},"NewImage":{"secret":{"S":"canary"}},"SequenceNumber":%q,"StreamViewType":"NEW_AND_OLD_IMAGES"}}`, s))
	}
	return json.RawMessage(`{"Records":[` + strings.Join(records, ",") + `]}`)
}

// invoke returns the answer as the JSON that Lambda sees.
func invoke(t *testing.T, f *stream.Function, payload json.RawMessage) string {
	t.Helper()
	answer, err := f.Invoke(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestABatchThatIsDoneIsAnsweredWithAnEmptyListOfFailures(t *testing.T) {
	f, r, _ := world()
	for _, payload := range []json.RawMessage{batch("1", "2", "3"), batch()} {
		if got := invoke(t, f, payload); got != `{"batchItemFailures":[]}` {
			t.Errorf("answer %s", got)
		}
	}
	if !slices.Equal(r.handled, []string{"1", "2", "3"}) {
		t.Errorf("handled %v", r.handled)
	}
}

func TestAPoisonRecordIsNamedItsPredecessorsAreDoneAndNobodyOvertakesIt(t *testing.T) {
	for name, poison := range map[string]string{"unreadable": "poison", "panics": "panics", "refused": "refused"} {
		t.Run(name, func(t *testing.T) {
			f, r, log := world()
			r.handle = func(id string) error {
				switch id {
				case "panics":
					panic("canary in a panic")
				case "refused":
					return twofactor.ErrStore
				}
				return nil
			}
			want := `{"batchItemFailures":[{"itemIdentifier":"` + poison + `"}]}`
			if got := invoke(t, f, batch("1", poison, "3")); got != want {
				t.Errorf("answer %s", got)
			}
			if !slices.Equal(r.handled, []string{"1"}) {
				t.Errorf("handled %v", r.handled)
			}
			if strings.Contains(log.String(), "canary") || !strings.Contains(log.String(), poison) {
				t.Errorf("log %s", log)
			}
			if got := invoke(t, f, batch("3")); got != `{"batchItemFailures":[]}` {
				t.Errorf("the neighbour alone: %s", got)
			}
		})
	}
}

func TestABatchEndsInTimeAndGivesBackWhatItDidNotBegin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, r, _ := world()
		r.handle = func(string) error { time.Sleep(16 * time.Second); return nil }
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		answer, err := f.Invoke(ctx, batch("1", "2", "3", "4"))
		if err != nil || ctx.Err() != nil {
			t.Fatal(err, ctx.Err())
		}
		failures := answer.(events.DynamoDBEventResponse).BatchItemFailures
		if len(failures) != 1 || failures[0].ItemIdentifier != "4" || len(r.handled) != 3 {
			t.Errorf("handled %v, failures %v", r.handled, failures)
		}
	})
}

func TestTheScheduleSendsWhatIsDueAndLeavesTimeToFinish(t *testing.T) {
	f, r, log := world()
	deadline := time.Now().Add(time.Minute)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	r.due = func(ctx context.Context) (int, int, error) {
		got, ok := ctx.Deadline()
		if !ok || !got.Equal(deadline.Add(-15*time.Second)) {
			t.Errorf("the run may go on until %v", got)
		}
		return 3, 1, nil
	}
	schedule := json.RawMessage(`{"version":"0","source":"aws.events","detail-type":"Scheduled Event","detail":{}}`)
	answer, err := f.Invoke(ctx, schedule)
	if err != nil || answer != (stream.DueAnswer{Sent: 3, Failed: 1}) {
		t.Errorf("%v, %v", answer, err)
	}
	if !strings.Contains(log.String(), `"sent":3`) {
		t.Errorf("log %s", log)
	}
	r.due = func(context.Context) (int, int, error) { return 0, 0, twofactor.ErrStore }
	if _, err := f.Invoke(ctx, schedule); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("a run that failed gave %v", err)
	}
}

func TestACallOfTheScheduleThatIsRepeatedIsLeftToTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, r, _ := world()
		runs := 0
		r.due = func(context.Context) (int, int, error) { runs++; return 1, 0, nil }
		schedule := json.RawMessage(fmt.Sprintf(`{"source":"aws.events","time":%q}`, time.Now().UTC().Format(time.RFC3339)))
		invoke(t, f, schedule)
		time.Sleep(time.Minute)
		if got := invoke(t, f, schedule); runs != 1 || got != `{"sent":0,"failed":0}` {
			t.Errorf("%d runs, answer %s", runs, got)
		}
	})
}

func TestARecountByHandIsAnsweredWithWhatItFound(t *testing.T) {
	f, r, _ := world()
	answer, err := f.Invoke(t.Context(), json.RawMessage(`{"recount":"acme"}`))
	if err != nil || answer != (twofactor.RecountAnswer{Users: 7}) || !slices.Equal(r.handled, []string{"recount of acme"}) {
		t.Errorf("%v, %v after %v", answer, err, r.handled)
	}
}

func TestAnythingElseIsRefusedAndNotTakenForADoneBatch(t *testing.T) {
	f, _, _ := world()
	for _, payload := range []string{`{}`, `{"recount":"#"}`, `[]`, `null`, `{"source":"aws.s3"}`, `{"Records":"x"}`, `nonsense`, `{"Records":[{"dynamodb":{"NewImage":{"a":{"Q":"1"}}}}]}`} {
		if answer, err := f.Invoke(t.Context(), json.RawMessage(payload)); err == nil {
			t.Errorf("%s gave %v", payload, answer)
		}
	}
}
