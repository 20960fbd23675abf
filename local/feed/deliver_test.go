package feed

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-lambda-go/events"
)

// function is a notify function that a test plays.
type function func(numbers []string) ([]string, error)

// Invoke implements lambda.Handler on the JSON of a stream event.
func (f function) Invoke(_ context.Context, payload []byte) ([]byte, error) {
	var e events.DynamoDBEvent
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, err
	}
	var numbers []string
	for _, r := range e.Records {
		numbers = append(numbers, r.Change.SequenceNumber)
	}
	failed, err := f(numbers)
	if err != nil {
		return nil, err
	}
	var answer events.DynamoDBEventResponse
	for _, n := range failed {
		answer.BatchItemFailures = append(answer.BatchItemFailures, events.DynamoDBBatchItemFailure{ItemIdentifier: n})
	}
	return json.Marshal(answer)
}

// batch makes records with these numbers.
func batch(numbers ...string) []events.DynamoDBEventRecord {
	var records []events.DynamoDBEventRecord
	for _, n := range numbers {
		records = append(records, events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{SequenceNumber: n}})
	}
	return records
}

func TestRecordsFromTheFirstFailureOnAreDeliveredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen [][]string
		target := Target{Failed: t.TempDir(), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Function: function(func(numbers []string) ([]string, error) {
				seen = append(seen, numbers)
				switch len(seen) {
				case 1:
					return []string{"2"}, nil
				case 2:
					return nil, errors.New("away")
				}
				return nil, nil
			})}
		if !target.deliver(t.Context(), batch("1", "2", "3")) {
			t.Fatal("it gave up")
		}
		want := [][]string{{"1", "2", "3"}, {"2", "3"}, {"2", "3"}}
		if !slices.EqualFunc(seen, want, slices.Equal) {
			t.Errorf("delivered %v, want %v", seen, want)
		}
	})
}

func TestRecordThatKeepsFailingIsPutAsideWholeAndTheRestGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tries := map[string]int{}
		target := Target{Failed: filepath.Join(t.TempDir(), "failed"), Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			Function: function(func(numbers []string) ([]string, error) {
				for _, n := range numbers {
					tries[n]++
				}
				if slices.Contains(numbers, "poison") {
					return []string{"poison"}, nil
				}
				return nil, nil
			})}
		target.deliver(t.Context(), batch("1", "poison", "3"))
		if tries["1"] != 1 || tries["poison"] != maxTries {
			t.Errorf("tries: %v", tries)
		}
		text, err := os.ReadFile(filepath.Join(target.Failed, "poison.json"))
		if err != nil {
			t.Fatal(err)
		}
		var kept events.DynamoDBEventRecord
		if err := json.Unmarshal(text, &kept); err != nil || kept.Change.SequenceNumber != "poison" {
			t.Errorf("what was put aside is not the record: %s", text)
		}
	})
}

func TestUnknownNameInTheAnswerRepeatsTheWholeBatch(t *testing.T) {
	answer := events.DynamoDBEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{{ItemIdentifier: "9"}}}
	if got := firstFailure(batch("1", "2"), answer); got != 0 {
		t.Errorf("the batch goes on at %d, want 0", got)
	}
}
