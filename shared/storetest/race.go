package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"

	"sallyport/shared/twofactor"
)

const writers = 100

// race commits what make gives, all at once, and checks that at most one wins.
// Every loser must have got a conflict, or the honest answer that nobody knows:
// a table under load sometimes fails after the fact. What is stored then tells.
func race(t *testing.T, store twofactor.Store, commit func(i int) twofactor.Commit) {
	t.Helper()
	var (
		wait  sync.WaitGroup
		start = make(chan struct{})
		errs  = make([]error, writers)
	)
	for i := range writers {
		wait.Go(func() {
			c := commit(i)
			<-start
			errs[i] = store.Commit(context.WithoutCancel(t.Context()), c)
		})
	}
	close(start)
	wait.Wait()
	winners, unknown := 0, 0
	for _, err := range errs {
		var lost *twofactor.ConflictError
		switch {
		case err == nil:
			winners++
		case errors.Is(err, twofactor.ErrUnknownOutcome):
			unknown++
		case !errors.As(err, &lost):
			t.Errorf("a loser got %v, want a conflict", err)
		}
	}
	if winners > 1 || winners+unknown == 0 {
		t.Errorf("%d writers won, and of %d nobody knows; want one winner", winners, unknown)
	}
}

func oneWinner(t *testing.T, b *bench) {
	record := b.auth("one")
	b.put(t, record)
	race(t, b.store, func(int) twofactor.Commit {
		mine := *record
		return twofactor.Commit{Event: b.event("e"), Put: []twofactor.Record{&mine}}
	})
	if got := b.load(t, record.Key()).Header().Version; got != 2 {
		t.Errorf("the record is at version %d, want 2", got)
	}
}

func oneTransaction(t *testing.T, b *bench) {
	left, right := b.auth("left"), b.auth("right")
	b.put(t, left, right)
	race(t, b.store, func(i int) twofactor.Commit {
		l, r := *left, *right
		records := []twofactor.Record{&l, &r}
		if i%2 == 1 {
			records = []twofactor.Record{&r, &l}
		}
		return twofactor.Commit{Put: records}
	})
	for _, record := range []*twofactor.Auth{left, right} {
		if got := b.load(t, record.Key()).Header().Version; got != 2 {
			t.Errorf("a record is at version %d, want 2", got)
		}
	}
}
