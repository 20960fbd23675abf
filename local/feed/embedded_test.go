package feed

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/memory"
	"sallyport/shared/twofactor"
)

// commit stores a roster of a tenant with an event.
func commit(t *testing.T, store *memory.Store, tenant string) {
	t.Helper()
	err := store.Commit(t.Context(), twofactor.Commit{
		Event: &twofactor.Event{ID: tenant, Type: twofactor.EventTenantCreated, Tenant: tenant, At: time.Unix(1, 0).UTC()},
		Put:   []twofactor.Record{&twofactor.Roster{Tenant: tenant}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestChangesOfTheEmbeddedStoreArriveOnceInOrderAlsoOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	store, err := memory.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	commit(t, store, "a")
	commit(t, store, "b")
	if got := drain(t, store, 2); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
	commit(t, store, "c")
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	if store, err = memory.Open(path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	if got := drain(t, store, 1); !slices.Equal(got, []string{"c"}) {
		t.Errorf("after a restart got %v, want the one that was not handled", got)
	}
}

// drain runs the feed until n changes were handled and acknowledged, and
// returns the tenants that their events name.
func drain(t *testing.T, store *memory.Store, n int) (tenants []string) {
	t.Helper()
	decode := Decoder(store)
	before := store.Acked()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	target := Target{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Failed: t.TempDir(),
		Function: function(func(numbers []string) ([]string, error) {
			for _, number := range numbers {
				change, err := decode(events.DynamoDBEventRecord{Change: events.DynamoDBStreamRecord{SequenceNumber: number}})
				if err != nil {
					return nil, err
				}
				tenants = append(tenants, change.Event.Tenant)
			}
			return nil, nil
		})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		Embedded(ctx, store, target)
	}()
	for store.Acked() < before+uint64(n) && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-done
	return tenants
}
