package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// fakeStore is a store whose DynamoDB is the given handler; n counts the
// requests from 1.
func fakeStore(t *testing.T, answer func(w http.ResponseWriter, n int, operation string)) (*Store, *atomic.Int64) {
	t.Helper()
	requests := &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		answer(w, int(requests.Add(1)), operation)
	}))
	t.Cleanup(server.Close)
	store := New(clientAt(server.URL), "secret-table-name")
	store.pause = func(int) time.Duration { return 0 }
	store.readRetry = newReadRetry(store.pause)
	return store, requests
}

// refusal writes an error as DynamoDB does.
func refusal(w http.ResponseWriter, status int, code string, more map[string]any) {
	body := map[string]any{"__type": "com.amazonaws.dynamodb.v20120810#" + code, "message": "about secret-table-name"}
	for name, value := range more {
		body[name] = value
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

var someone = twofactor.Ref{Tenant: "acme", User: "ada"}

func oneRecord() twofactor.Commit {
	return twofactor.Commit{Put: []twofactor.Record{&twofactor.Auth{Ref: someone}}}
}

func twoRecords() twofactor.Commit {
	return twofactor.Commit{
		Event: &twofactor.Event{ID: "e", Tenant: "acme"},
		Put:   []twofactor.Record{&twofactor.Auth{Ref: someone}, &twofactor.Directory{Ref: someone}},
	}
}

func reasons(codes ...string) map[string]any {
	var list []map[string]any
	for _, code := range codes {
		list = append(list, map[string]any{"Code": code})
	}
	return map[string]any{"CancellationReasons": list}
}

func TestEveryRefusalOfAWriteIsToldApartAndNoneIsRepeated(t *testing.T) {
	const lasting, transient = "lasting conflict", "transient conflict"
	for name, c := range map[string]struct {
		commit twofactor.Commit
		status int
		code   string
		more   map[string]any
		want   any
	}{
		"a lost condition": {oneRecord(), 400, "ConditionalCheckFailedException", nil, lasting},
		"a busy record":    {oneRecord(), 400, "TransactionConflictException", nil, transient},
		"a busy transaction": {
			twoRecords(), 400, "TransactionCanceledException", reasons("None", "TransactionConflict"), transient,
		},
		"a lost condition beside a busy record": {
			twoRecords(), 400, "TransactionCanceledException", reasons("TransactionConflict", "ConditionalCheckFailed"), lasting,
		},
		"a throttled transaction": {
			twoRecords(), 400, "TransactionCanceledException", reasons("None", "ThrottlingError"), twofactor.ErrStore,
		},
		"throttling":         {oneRecord(), 400, "ProvisionedThroughputExceededException", nil, twofactor.ErrStore},
		"an account's limit": {oneRecord(), 400, "RequestLimitExceeded", nil, twofactor.ErrStore},
		"a refused request":  {oneRecord(), 400, "ValidationException", nil, twofactor.ErrStore},
		"no permission":      {twoRecords(), 400, "AccessDeniedException", nil, twofactor.ErrStore},
		"a server error":     {oneRecord(), 500, "InternalServerError", nil, twofactor.ErrUnknownOutcome},
		"an absent server":   {twoRecords(), 503, "ServiceUnavailable", nil, twofactor.ErrUnknownOutcome},
		"a token that was used for something else": {
			twoRecords(), 400, "IdempotentParameterMismatchException", nil, twofactor.ErrUnknownOutcome,
		},
		"a transaction still under way": {
			twoRecords(), 400, "TransactionInProgressException", nil, twofactor.ErrUnknownOutcome,
		},
	} {
		t.Run(name, func(t *testing.T) {
			store, requests := fakeStore(t, func(w http.ResponseWriter, _ int, _ string) {
				refusal(w, c.status, c.code, c.more)
			})
			err := store.Commit(t.Context(), c.commit)
			var conflict *twofactor.ConflictError
			switch want := c.want.(type) {
			case error:
				if !errors.Is(err, want) || errors.As(err, &conflict) {
					t.Errorf("got %v, want %v", err, want)
				}
			case string:
				if !errors.As(err, &conflict) || conflict.Transient != (want == transient) {
					t.Errorf("got %v, want a %s", err, want)
				}
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%d requests went out, want 1", n)
			}
			if text := err.Error(); strings.Contains(text, "secret-table") || strings.Contains(text, "ada") {
				t.Errorf("the error tells too much: %s", text)
			}
			if c.commit.Put[0].Header().Version != 0 {
				t.Error("a commit that did not succeed moved the version")
			}
		})
	}
}

func TestALostAnswerOfAWriteIsUnknown(t *testing.T) {
	for name, answer := range map[string]func(w http.ResponseWriter){
		"a cut connection": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"half an answer": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte("{"))
		},
		"a page of a proxy": func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>")) },
		"a proxy's refusal": func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
	} {
		for _, commit := range []twofactor.Commit{oneRecord(), twoRecords()} {
			store, requests := fakeStore(t, func(w http.ResponseWriter, _ int, _ string) { answer(w) })
			if err := store.Commit(t.Context(), commit); !errors.Is(err, twofactor.ErrUnknownOutcome) {
				t.Errorf("%s: got %v, want ErrUnknownOutcome", name, err)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%s: %d requests went out, want 1", name, n)
			}
		}
	}
}

func TestAWriteThatRunsOutOfTimeIsUnknownWithinItsTime(t *testing.T) {
	release := make(chan struct{})
	store, _ := fakeStore(t, func(http.ResponseWriter, int, string) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if err := store.Commit(ctx, oneRecord()); !errors.Is(err, twofactor.ErrUnknownOutcome) {
		t.Errorf("got %v, want ErrUnknownOutcome", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestAWriteThatNeverLeftIsSurelyNotApplied(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + listener.Addr().String()
	_ = listener.Close()
	if err := New(clientAt(address), "t").Commit(t.Context(), oneRecord()); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("nobody listens: got %v, want ErrStore", err)
	}

	store, requests := fakeStore(t, func(w http.ResponseWriter, _ int, _ string) { _, _ = w.Write([]byte("{}")) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := store.Commit(ctx, oneRecord()); !errors.Is(err, twofactor.ErrStore) || requests.Load() != 0 {
		t.Errorf("cancelled before: got %v after %d requests", err, requests.Load())
	}
}

func TestTheSameCommitSentAgainHasTheSameTokenAndAnotherHasAnother(t *testing.T) {
	first, err := plannedWrites(twoRecords())
	if err != nil {
		t.Fatal(err)
	}
	same, _ := plannedWrites(twoRecords())
	later := twoRecords()
	later.Put[1].Header().Version = 1
	other, _ := plannedWrites(later)
	event := twoRecords().Event
	if *requestToken(event, first) != *requestToken(event, same) {
		t.Error("the same commit has two tokens")
	}
	for _, token := range []*string{requestToken(event, other), requestToken(&twofactor.Event{ID: "f"}, first)} {
		if *token == *requestToken(event, first) || len(*token) > 36 {
			t.Error("another commit has the same token, or the token is too long")
		}
	}
}
